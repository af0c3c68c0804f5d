metadata description = 'Private networking: the app reaches storage and vault over private endpoints, and the internet from one address.'

import { resourceTags } from '../types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags resourceTags

@description('Name of the virtual network.')
param name string

@description('Addresses of the virtual network, in CIDR notation, from /16 to /24.')
param addressPrefix string

@description('Resource id of the storage account.')
param storageAccountId string

@description('Resource id of the vault.')
param vaultId string

@description('What gets a private endpoint: the service, the resource, and the DNS zone of its private addresses.')
var endpoints = [
  {
    name: 'blob'
    targetId: storageAccountId
    zone: 'privatelink.blob.${environment().suffixes.storage}'
  }
  {
    name: 'queue'
    targetId: storageAccountId
    zone: 'privatelink.queue.${environment().suffixes.storage}'
  }
  {
    name: 'table'
    targetId: storageAccountId
    zone: 'privatelink.table.${environment().suffixes.storage}'
  }
  {
    name: 'vault'
    targetId: vaultId
    // '.vault.azure.net' becomes 'privatelink.vaultcore.azure.net', and so in the other clouds.
    zone: replace(environment().suffixes.keyvaultDns, '.vault.', 'privatelink.vaultcore.')
  }
]

resource publicAddress 'Microsoft.Network/publicIPAddresses@2026-03-01' = {
  name: '${name}-egress'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIPAllocationMethod: 'Static'
    publicIPAddressVersion: 'IPv4'
  }
}

// New subnets have no way to the internet of their own, and Truto is there. It also gives the app one address that never changes.
resource natGateway 'Microsoft.Network/natGateways@2026-03-01' = {
  name: '${name}-egress'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIpAddresses: [
      {
        id: publicAddress.id
      }
    ]
  }
}

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [
        addressPrefix
      ]
    }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          defaultOutboundAccess: false
          natGateway: {
            id: natGateway.id
          }
          // Flex Consumption's.
          delegations: [
            {
              name: 'flex-consumption'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

// One after the other: a storage account or a subnet does not take two changes at a time.
@batchSize(1)
module privateEndpoints 'privateEndpoint.bicep' = [
  for endpoint in endpoints: {
    params: {
      location: location
      tags: tags
      name: '${name}-${endpoint.name}'
      targetId: endpoint.targetId
      groupId: endpoint.name
      zoneName: endpoint.zone
      virtualNetworkId: virtualNetwork.id
      subnetId: virtualNetwork::endpointSubnet.id
    }
  }
]

@description('Resource id of the subnet of the app.')
output appSubnetId string = virtualNetwork::appSubnet.id
