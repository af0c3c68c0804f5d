metadata description = 'Where logs, metrics and traces go: a Log Analytics workspace, and Application Insights on top of it.'

import { logQuota, logRetentionDays, resourceTags } from '../types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags resourceTags

@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Days that logs are kept.')
param retentionInDays logRetentionDays

@description('GB of logs a day at most; -1 for no limit.')
param dailyQuotaGB logQuota

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionInDays
    workspaceCapping: {
      dailyQuotaGb: dailyQuotaGB
    }
    features: {
      // Only Microsoft Entra identities, and who may read a resource may read its logs and no others.
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    // The connection string only names the component; what is sent needs the role Monitoring Metrics Publisher.
    DisableLocalAuth: true
    DisableIpMasking: false
  }
}

@description('Resource id of the Log Analytics workspace.')
output workspaceId string = workspace.id

@description('Name of the Log Analytics workspace.')
output workspaceName string = workspace.name
