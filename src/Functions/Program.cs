using Functions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Hosting;
using UserSync;
using UserSync.Azure;
using UserSync.Azure.Secrets;
using UserSync.Console;
using UserSync.Monitoring;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddUserSync(builder.Configuration).AddAzureStore(builder.Configuration).AddKeyVaultSecrets(builder.Configuration);
builder.Services.AddHostSettings(builder.Configuration);
builder.Services.AddConsole(builder.Configuration).AddAzureDataProtection();
builder.Services.AddMonitoring(builder.Configuration).UseFunctionsWorkerDefaults();
await builder.Build().RunAsync();
