metadata description = 'What the function app may do, and nothing else; and who may write secrets.'

import { principalType } from '../types.bicep'

@description('Principal id of the identity of the function app.')
param appPrincipalId string

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the vault.')
param vaultName string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Principal id of who may read and write secrets; empty for nobody.')
param vaultOfficerPrincipalId string

@description('What that principal is.')
param vaultOfficerPrincipalType principalType

@description('Roles of the app on the storage account.')
var storageRoles = [
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner: its own package, the host's leases and keys, large content
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor: the queue of change events and its poison queue
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor: ledgers, outcomes, updates
]

@description('Role of the app on the vault.')
var vaultRole = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User: reads secrets, does not write or delete them

@description('Role of the app on Application Insights.')
var monitoringRole = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher: sends telemetry, reads none

@description('Role on the vault of who fills it.')
var officerRole = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' // Key Vault Secrets Officer: reads, writes and deletes secrets

resource storageAccount 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' existing = {
  name: vaultName
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

// An assignment takes no other principal: an identity that was deleted and made again has another one, and so other names here.

resource appOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    name: guid(storageAccount.id, appPrincipalId, role)
    scope: storageAccount
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource appOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, appPrincipalId, vaultRole)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', vaultRole)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource appOnApplicationInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(applicationInsights.id, appPrincipalId, monitoringRole)
  scope: applicationInsights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringRole)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource officerOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(vaultOfficerPrincipalId)) {
  name: guid(vault.id, vaultOfficerPrincipalId, officerRole)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', officerRole)
    principalId: vaultOfficerPrincipalId
    principalType: vaultOfficerPrincipalType
  }
}
