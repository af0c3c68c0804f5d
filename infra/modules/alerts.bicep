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

@description('When an alert is raised: at the first evaluation that asks for it.')
var failingPeriods = {
  numberOfEvaluationPeriods: 1
  minFailingPeriodsToAlert: 1
}

@description('The alerts: each has a query that yields numbers, which one above the threshold sets off, or rows, too few of which do.')
var alerts = [
  {
    name: 'dead-letters'
    displayName: 'Events were given up'
    description: 'Change events failed for good, or after the last attempt. Read their outcomes, correct the cause, replay them.'
    severity: settings.?deadLetterSeverity ?? 1
    windowSize: 'PT15M'
    criterion: {
      query: '''
        AppMetrics
        | where Name == 'usersync.events'
        | where tostring(Properties['outcome']) in ('failed', 'dead-lettered')
        | project TimeGenerated, Value = Sum
      '''
      timeAggregation: 'Total'
      metricMeasureColumn: 'Value'
      operator: 'GreaterThan'
      threshold: settings.?deadLetterThreshold ?? 0
      failingPeriods: failingPeriods
    }
  }
  {
    name: 'message-age'
    displayName: 'Events wait too long'
    description: 'The oldest message in the queue is old: Truto refuses or is slow, or more comes in than limits and instances let out.'
    severity: settings.?messageAgeSeverity ?? 2
    windowSize: 'PT15M'
    criterion: {
      query: '''
        AppMetrics
        | where Name == 'usersync.queue.age'
        | project TimeGenerated, Value = coalesce(Max, Sum)
      '''
      timeAggregation: 'Maximum'
      metricMeasureColumn: 'Value'
      operator: 'GreaterThan'
      threshold: settings.?messageAgeThreshold ?? 1800
      failingPeriods: failingPeriods
    }
  }
  {
    name: 'failure-rate'
    displayName: 'Updates fail'
    description: 'Many of the updates that are sent to Truto fail.'
    severity: settings.?failureRateSeverity ?? 2
    windowSize: 'PT15M'
    criterion: {
      query: $'''
        AppMetrics
        | where Name == 'usersync.updates'
        | extend isFailed = tostring(Properties['result']) != 'applied'
        | summarize TimeGenerated = max(TimeGenerated), Updates = sum(Sum), Failed = sumif(Sum, isFailed)
        | where Updates >= ${settings.?failureRateMinimum ?? 10}
        | project TimeGenerated, Value = 100.0 * Failed / Updates
      '''
      timeAggregation: 'Maximum'
      metricMeasureColumn: 'Value'
      operator: 'GreaterThan'
      threshold: settings.?failureRateThreshold ?? 20
      failingPeriods: failingPeriods
    }
  }
  {
    name: 'rejections'
    displayName: 'Deliveries are rejected'
    description: 'Deliveries are not genuine: a secret was rotated on one side only, or somebody tries.'
    severity: settings.?rejectionSeverity ?? 3
    windowSize: 'PT15M'
    criterion: {
      query: '''
        AppMetrics
        | where Name == 'usersync.deliveries'
        | where tostring(Properties['verdict']) != 'valid'
        | project TimeGenerated, Value = Sum
      '''
      timeAggregation: 'Total'
      metricMeasureColumn: 'Value'
      operator: 'GreaterThan'
      threshold: settings.?rejectionThreshold ?? 20
      failingPeriods: failingPeriods
    }
  }
  {
    name: 'silence'
    displayName: 'The app reports nothing'
    description: 'The queue was not measured for half an hour: the app does not run, does not reach its storage, or is not heard.'
    severity: settings.?silenceSeverity ?? 1
    // The app measures every five minutes, and what it sends takes minutes to arrive.
    windowSize: 'PT30M'
    criterion: {
      query: '''
        AppMetrics
        | where Name == 'usersync.queue.age'
      '''
      timeAggregation: 'Count'
      operator: 'LessThan'
      threshold: 1
      failingPeriods: failingPeriods
    }
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
      windowSize: alert.windowSize
      autoMitigate: true
      // The workspace is as new as the rule on the first deployment, and knows no columns yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          alert.criterion
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
