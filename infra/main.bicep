metadata description = 'Truto User Sync from nothing: a resource group with everything in it.'

targetScope = 'subscription'

import {
  alertSettings
  alwaysReadyCount
  environmentName as environmentNameType
  httpConcurrency
  httpsAddress
  instanceCount
  instanceMemory
  logQuota
  logRetentionDays as logRetentionDaysType
  principalType
  requestLimit
  resourceNames
  resourceTags
  retentionDays as retentionDaysType
  storageRedundancy as storageRedundancyType
  validInstanceCount
  validLogQuota
} from 'types.bicep'

@description('A name for this deployment, such as usersync-test.')
param environmentName environmentNameType

@description('Region; one that has Flex Consumption.')
@maxLength(64)
param location string

@description('Name of the resource group; empty for rg- and the environment.')
@maxLength(90)
param resourceGroupName string = ''

@description('Names of resources, where they are not to be made up.')
param names resourceNames = {}

@description('Tags of every resource.')
param tags resourceTags = {}

// ---- The app ----

@description('Memory of an instance, in MB.')
param instanceMemoryMB instanceMemory = 2048

@description('Number of instances at most. Limits are kept by each of them: see accountRequests.')
param maximumInstanceCount instanceCount = 40

@description('Instances that always run for HTTP; more than 0 for senders that wait only seconds for an answer.')
param alwaysReadyHttp alwaysReadyCount = 0

@description('Instances that always run for the queue.')
param alwaysReadyQueue alwaysReadyCount = 0

@description('Requests that an instance takes at a time before another is started.')
param httpPerInstanceConcurrency httpConcurrency = 100

@description('Address of Truto.')
param trutoBaseAddress httpsAddress = 'https://api.truto.one/'

@description('Address of the app as senders call it, where that is a custom domain or a gateway; empty for its own.')
@maxLength(2048)
param publicUrl string = ''

@description('Days that outcomes are kept.')
param retentionDays retentionDaysType = 30

@description('Updates of one account that an instance sends in ten seconds; with several instances, the share of each.')
param accountRequests requestLimit = 50

@description('Updates with one token that an instance sends in ten seconds; with several instances, the share of each.')
param tokenRequests requestLimit = 500

// ---- Data and secrets ----

@description('Copies of the stored data; LRS or GRS in regions without availability zones.')
param storageRedundancy storageRedundancyType = 'Standard_ZRS'

@description('Principal id of who may read and write the secrets in the vault; empty for nobody.')
@maxLength(36)
param vaultOfficerPrincipalId string = ''

@description('What that principal is.')
param vaultOfficerPrincipalType principalType = 'User'

// ---- Network ----

@description('Whether storage and vault are reached over private endpoints only.')
param privateNetworking bool = false

@description('Addresses of the virtual network, in CIDR notation, from /16 to /24.')
@minLength(9)
@maxLength(18)
param virtualNetworkAddressPrefix string = '10.40.0.0/24'

// ---- Monitoring ----

@description('Who gets the alerts by e-mail; empty for nobody.')
@maxLength(254)
param alertEmail string = ''

@description('When to alert, where not at the defaults.')
param alerts alertSettings = {}

@description('Days that logs are kept.')
param logRetentionDays logRetentionDaysType = 30

@description('GB of logs a day at most, so that a flood of requests does not become a bill; -1 for no limit. Alerts see nothing above it.')
param dailyLogQuotaGB logQuota = 5

@description('Whether every read, write and delete of stored data is logged. It costs several rows for each event.')
param logStorageAccess bool = false

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
  location: location
  tags: union(tags, { 'azd-env-name': environmentName })
}

module resources 'resources.bicep' = {
  scope: group
  params: {
    environmentName: environmentName
    location: location
    names: names
    tags: tags
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: validInstanceCount(maximumInstanceCount, alwaysReadyHttp, alwaysReadyQueue)
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyQueue: alwaysReadyQueue
    httpPerInstanceConcurrency: httpPerInstanceConcurrency
    trutoBaseAddress: trutoBaseAddress
    publicUrl: publicUrl
    retentionDays: retentionDays
    accountRequests: accountRequests
    tokenRequests: tokenRequests
    storageRedundancy: storageRedundancy
    vaultOfficerPrincipalId: vaultOfficerPrincipalId
    vaultOfficerPrincipalType: vaultOfficerPrincipalType
    privateNetworking: privateNetworking
    virtualNetworkAddressPrefix: virtualNetworkAddressPrefix
    alertEmail: alertEmail
    alerts: alerts
    logRetentionDays: logRetentionDays
    dailyLogQuotaGB: validLogQuota(dailyLogQuotaGB)
    logStorageAccess: logStorageAccess
  }
}

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output FUNCTION_APP_NAME string = resources.outputs.FUNCTION_APP_NAME

@description('Address of the function app; webhooks are below it, at /api/webhooks/<source>.')
output FUNCTION_APP_URL string = resources.outputs.FUNCTION_APP_URL

@description('Name of the Key Vault that the secrets go into.')
output KEY_VAULT_NAME string = resources.outputs.KEY_VAULT_NAME

@description('Name of the storage account.')
output STORAGE_ACCOUNT_NAME string = resources.outputs.STORAGE_ACCOUNT_NAME

@description('Name of the Log Analytics workspace.')
output LOG_ANALYTICS_NAME string = resources.outputs.LOG_ANALYTICS_NAME
