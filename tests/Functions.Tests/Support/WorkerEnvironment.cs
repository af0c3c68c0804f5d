using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;

namespace Functions.Tests.Support;

/// <summary>What the worker's own web host says of its surroundings; it serves no files.</summary>
internal sealed class WorkerEnvironment : IWebHostEnvironment
{
    public string ApplicationName { get; set; } = "Functions";

    public string EnvironmentName { get; set; } = "Production";

    public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();

    public string WebRootPath { get; set; } = string.Empty;

    public IFileProvider WebRootFileProvider { get; set; } = new NullFileProvider();
}
