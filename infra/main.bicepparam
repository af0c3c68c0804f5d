// A first deployment. azd fills in the variables; with `az deployment sub create`, set them or edit the defaults below.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'usersync')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')

// Who may put secrets into the vault, for example yourself: az ad signed-in-user show --query id --output tsv
param vaultOfficerPrincipalId = readEnvironmentVariable('VAULT_OFFICER_PRINCIPAL_ID', '')

// What that is: User, Group or ServicePrincipal.
param vaultOfficerPrincipalType = readEnvironmentVariable('VAULT_OFFICER_PRINCIPAL_TYPE', 'User')

// Who is told when something is wrong.
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')

// The address that senders call, where it is not the app's own.
param publicUrl = readEnvironmentVariable('PUBLIC_URL', '')

// One instance always runs for webhooks: some senders give up after three seconds, and a cold start takes longer.
param alwaysReadyHttp = int(readEnvironmentVariable('ALWAYS_READY_HTTP', '1'))

param privateNetworking = bool(readEnvironmentVariable('PRIVATE_NETWORKING', 'false'))
