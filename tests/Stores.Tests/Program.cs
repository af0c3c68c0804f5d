using Stores.Tests;
using Stores.Tests.Sqlite;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// Started by a test, this program writes until it is killed. Otherwise it runs the tests, as the generated entry point does.
return args switch
{
    [WritingProcess.Verb, var path] => await WritingProcess.RunAsync(path),
    _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
