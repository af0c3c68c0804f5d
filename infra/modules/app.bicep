metadata description = 'The function app on Flex Consumption, and its settings.'

import {
  alwaysReadyCount
  httpConcurrency
  httpsAddress
  instanceCount
  instanceMemory
  requestLimit
  resourceTags
  retentionDays
} from '../types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags resourceTags

@description('Name of the function app.')
param name string

@description('Name of the plan.')
param planName string

@description('Resource id of the identity of the app.')
param identityId string

@description('Client id of that identity.')
param identityClientId string

@description('Name of the storage account.')
param storageAccountName string

@description('Address of the container that the app is deployed to.')
param deploymentContainerUrl string

@description('Address of the vault.')
param vaultUri string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Resource id of the subnet through which the app goes out; empty without private networking.')
param subnetId string

@description('Memory of an instance, in MB.')
param instanceMemoryMB instanceMemory

@description('Number of instances at most.')
param maximumInstanceCount instanceCount

@description('Instances that always run for HTTP.')
param alwaysReadyHttp alwaysReadyCount

@description('Instances that always run for the queue.')
param alwaysReadyQueue alwaysReadyCount

@description('Requests that an instance takes at a time.')
param httpPerInstanceConcurrency httpConcurrency

@description('Address of Truto.')
param trutoBaseAddress httpsAddress

@description('Address of the app as senders call it; empty for its own.')
param publicUrl string

@description('Days that outcomes are kept.')
param retention retentionDays

@description('Updates of one account in ten seconds, from one instance.')
param accountRequests requestLimit

@description('Updates with one token in ten seconds, from one instance.')
param tokenRequests requestLimit

@description('What always runs: all HTTP functions are one group, every other function is its own.')
var alwaysReady = [
  {
    name: 'http'
    instanceCount: alwaysReadyHttp
  }
  {
    name: 'function:ProcessChange'
    instanceCount: alwaysReadyQueue
  }
]

@description('Every setting that the app and its host read from here. None of them is a secret.')
var appSettings = {
  // The host's own storage, and the app's: reached with the identity.
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId

  // Names the component; sending to it takes the identity.
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'

  // The identity that the app takes where it has a choice.
  AZURE_CLIENT_ID: identityClientId
  KeyVault__Uri: vaultUri

  Receiving__PublicUrl: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
  Truto__BaseAddress: trutoBaseAddress
  Limits__AccountRequests: string(accountRequests)
  Limits__TokenRequests: string(tokenRequests)
  Processing__Retention: '${retention}.00:00:00'
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    // Linux.
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // How azd finds what azure.yaml calls 'usersync'.
  tags: union(tags, { 'azd-service-name': 'usersync' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Flex Consumption refuses most of what other plans take here, ftpsState among it; it has no FTP.
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: filter(alwaysReady, group => group.instanceCount > 0)
        triggers: {
          http: {
            perInstanceConcurrency: httpPerInstanceConcurrency
          }
        }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: appSettings
  }

  // No user name and password for deployments: azd and the CLI come with an identity.
  resource ftpPublishing 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scmPublishing 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

// The newest stable version, 2016-09-01, knows one setting per resource, under a fixed name.
#disable-next-line use-recent-api-versions
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'log-analytics'
  scope: app
  properties: {
    workspaceId: workspaceId
    // The host's own log: it is there also when the app does not start and sends nothing.
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

@description('Name of the function app.')
output name string = app.name

@description('Address of the function app.')
output url string = 'https://${app.properties.defaultHostName}'
