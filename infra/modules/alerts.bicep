metadata description = 'Alerts on the metrics of the app, and whom to tell.'

import { alertSettings, resourceTags } from '../types.bicep'

@description('Region.')
param location string

@description('Tags.')
param tags resourceTags

@description('Name of the action group; the alerts are named after it.')
param actionGroupName string

@description('Who gets the alerts by e-mail; empty for nobody.')
param email string

@description('When to alert.')
param settings alertSettings

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('The alerts: each has a query that yields numbers, which one of them above the threshold sets off.')
var alerts = [
  {
    name: 'dead-letters'
    displayName: 'Events were given up'
    description: 'Change events failed for good, or after the last attempt. Read their outcomes, correct the cause, replay them.'
    severity: settings.?deadLetterSeverity ?? 1
    threshold: settings.?deadLetterThreshold ?? 0
    aggregation: 'Total'
    query: '''
      AppMetrics
      | where Name == 'usersync.events'
      | where tostring(Properties['outcome']) in ('failed', 'dead-lettered')
      | project TimeGenerated, Value = Sum
    '''
  }
  {
    name: 'message-age'
    displayName: 'Events wait too long'
    description: 'The oldest message in the queue is old: Truto refuses or is slow, or more comes in than limits and instances let out.'
    severity: settings.?messageAgeSeverity ?? 2
    threshold: settings.?messageAgeThreshold ?? 1800
    aggregation: 'Maximum'
    query: '''
      AppMetrics
      | where Name == 'usersync.queue.age'
      | project TimeGenerated, Value = coalesce(Max, Sum)
    '''
  }
  {
    name: 'failure-rate'
    displayName: 'Updates fail'
    description: 'Many of the updates that are sent to Truto fail.'
    severity: settings.?failureRateSeverity ?? 2
    threshold: settings.?failureRateThreshold ?? 20
    aggregation: 'Maximum'
    query: $'''
      AppMetrics
      | where Name == 'usersync.updates'
      | extend isFailed = tostring(Properties['result']) != 'applied'
      | summarize TimeGenerated = max(TimeGenerated), Updates = sum(Sum), Failed = sumif(Sum, isFailed)
      | where Updates >= ${settings.?failureRateMinimum ?? 10}
      | project TimeGenerated, Value = 100.0 * Failed / Updates
    '''
  }
  {
    name: 'rejections'
    displayName: 'Deliveries are rejected'
    description: 'Deliveries are not genuine: a secret was rotated on one side only, or somebody tries.'
    severity: settings.?rejectionSeverity ?? 3
    threshold: settings.?rejectionThreshold ?? 20
    aggregation: 'Total'
    query: '''
      AppMetrics
      | where Name == 'usersync.deliveries'
      | where tostring(Properties['verdict']) != 'valid'
      | project TimeGenerated, Value = Sum
    '''
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'usersync'
    enabled: true
    emailReceivers: empty(email)
      ? []
      : [
          {
            name: 'operators'
            emailAddress: email
            useCommonAlertSchema: true
          }
        ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in alerts: {
    name: '${actionGroupName}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.displayName
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [
        workspaceId
      ]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      // The workspace is as new as the rule on the first deployment, and knows no columns yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: alert.aggregation
            metricMeasureColumn: 'Value'
            operator: 'GreaterThan'
            threshold: alert.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [
          actionGroup.id
        ]
      }
    }
  }
]
