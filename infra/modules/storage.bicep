metadata description = 'The storage account: queue, ledgers, outcomes, large content, and the app itself. Reached with identities only.'

import { resourceTags, storageRedundancy } from '../types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags resourceTags

@description('Name of the storage account.')
param name string

@description('Copies of the stored data.')
param redundancy storageRedundancy

@description('Whether the account is reached over private endpoints only.')
param privateNetworking bool

@description('Whether every read, write and delete is logged. It costs a row for each.')
param logAccess bool

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('The queue of change events, and the one for what the host gave up on.')
var queueNames = [
  'user-changes'
  'user-changes-poison'
]

@description('Ledgers, outcomes, updates and the directories of accounts.')
var tableNames = [
  'userledgers'
  'useroutcomes'
  'userupdates'
  'userdirectories'
]

@description('Where the app is deployed to.')
var deploymentContainerName = 'deployments'

@description('The app itself, and what does not fit into a message or a row.')
var containerNames = [
  deploymentContainerName
  'user-changes'
]

@description('What is logged of each storage service.')
var logs = [
  for category in ['StorageRead', 'StorageWrite', 'StorageDelete']: {
    category: category
    enabled: logAccess
  }
]

@description('What is measured of each storage service.')
var metrics = [
  {
    category: 'Transaction'
    enabled: true
  }
]

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: privateNetworking ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // Large content is personal data: what the app forgets is gone.
      deleteRetentionPolicy: {
        enabled: false
      }
      containerDeleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource containers 'containers' = [
      for container in containerNames: {
        name: container
        properties: {
          publicAccess: 'None'
        }
      }
    ]
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [
      for queue in queueNames: {
        name: queue
      }
    ]
  }

  resource tables 'tableServices' = {
    name: 'default'

    resource table 'tables' = [
      for table in tableNames: {
        name: table
      }
    ]
  }
}

// The newest stable version, 2016-09-01, knows one setting per resource, under a fixed name.
#disable-next-line use-recent-api-versions
resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'log-analytics'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: logs
    metrics: metrics
  }
}

#disable-next-line use-recent-api-versions
resource queueDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'log-analytics'
  scope: account::queues
  properties: {
    workspaceId: workspaceId
    logs: logs
    metrics: metrics
  }
}

#disable-next-line use-recent-api-versions
resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'log-analytics'
  scope: account::tables
  properties: {
    workspaceId: workspaceId
    logs: logs
    metrics: metrics
  }
}

@description('Name of the storage account.')
output name string = account.name

@description('Resource id of the storage account.')
output id string = account.id

@description('Address of the container that the app is deployed to.')
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${deploymentContainerName}'
