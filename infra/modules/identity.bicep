metadata description = 'The identity with which the function app reaches everything else.'

import { resourceTags } from '../types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags resourceTags

@description('Name of the identity.')
param name string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Client id: what the app names when it asks for a token.')
output clientId string = identity.properties.clientId

@description('Principal id: who it is in role assignments.')
output principalId string = identity.properties.principalId
