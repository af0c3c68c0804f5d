// Values with bounds, so that each bound is written once.

@export()
@description('A name for this deployment; part of the names and of the tags of everything in it.')
@minLength(2)
@maxLength(32)
type environmentName = string

@export()
@description('Tags by name.')
type resourceTags = {
  @description('The value of a tag.')
  @maxLength(256)
  *: string
}

@export()
@description('Names of resources. What is left out gets a name of its own, made unique by a hash of the resource group and the environment.')
@sealed()
type resourceNames = {
  @description('Function app; part of its address, so unique in the world.')
  @minLength(2)
  @maxLength(60)
  functionApp: string?

  @description('Plan of the function app.')
  @minLength(1)
  @maxLength(60)
  plan: string?

  @description('User-assigned identity of the function app.')
  @minLength(3)
  @maxLength(128)
  identity: string?

  @description('Storage account; lower-case letters and digits, unique in the world.')
  @minLength(3)
  @maxLength(24)
  storageAccount: string?

  @description('Key Vault; unique in the world, and reserved for 90 days after it was deleted.')
  @minLength(3)
  @maxLength(24)
  vault: string?

  @description('Log Analytics workspace.')
  @minLength(4)
  @maxLength(63)
  logAnalytics: string?

  @description('Application Insights component.')
  @minLength(1)
  @maxLength(255)
  applicationInsights: string?

  @description('Action group of the alerts.')
  @minLength(1)
  @maxLength(255)
  actionGroup: string?

  @description('Virtual network, with private networking. Its NAT gateway and endpoints are named after it.')
  @minLength(2)
  @maxLength(60)
  virtualNetwork: string?
}

@export()
@description('Copies of the stored data: LRS in one data centre, ZRS in three zones, GRS and GZRS also in a second region.')
type storageRedundancy = 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

@export()
@description('Memory of an instance, in MB.')
type instanceMemory = 512 | 2048 | 4096

@export()
@description('Number of instances at most.')
@minValue(1)
@maxValue(1000)
type instanceCount = int

@export()
@description('Number of instances that always run; 0 for none.')
@minValue(0)
@maxValue(1000)
type alwaysReadyCount = int

@export()
@description('Number of requests that an instance takes at a time before another is started.')
@minValue(1)
@maxValue(1000)
type httpConcurrency = int

@export()
@description('An https address without a query.')
@minLength(9)
@maxLength(2048)
type httpsAddress = string

@export()
@description('A number of days from 1 to 3650.')
@minValue(1)
@maxValue(3650)
type retentionDays = int

@export()
@description('A number of requests in ten seconds.')
@minValue(1)
@maxValue(100000)
type requestLimit = int

@export()
@description('Days that logs are kept. The first 31 cost nothing extra.')
@minValue(30)
@maxValue(730)
type logRetentionDays = int

@export()
@description('GB of logs a day, after which none are taken until the next day; -1 for no limit. Not 0: see validLogQuota.')
@minValue(-1)
@maxValue(1000)
type logQuota = int

// What the bounds of a type cannot say is said by a function, through which a template hands the value on.

@export()
@description('A quota of logs that Azure takes.')
func validLogQuota(quota logQuota) int => quota == 0 ? fail('dailyLogQuotaGB cannot be 0: it is -1 for no limit, or 1 and more') : quota

@export()
@description('A number of instances at most that leaves room for those that always run.')
func validInstanceCount(maximum instanceCount, http alwaysReadyCount, queue alwaysReadyCount) int =>
  http + queue > maximum ? fail('alwaysReadyHttp and alwaysReadyQueue together cannot be more than maximumInstanceCount') : maximum

@export()
@description('Severity of an alert: 0 critical, 1 error, 2 warning, 3 informational, 4 verbose.')
@minValue(0)
@maxValue(4)
type severity = int

@export()
@description('When to alert. What is left out has a default, which modules/alerts.bicep names.')
@sealed()
type alertSettings = {
  @description('Severity of the alert on events that were given up; 1 by default.')
  deadLetterSeverity: severity?

  @description('Events given up in 15 minutes above which to alert; 0 by default.')
  @minValue(0)
  @maxValue(1000000)
  deadLetterThreshold: int?

  @description('Severity of the alert on the age of the oldest message; 2 by default.')
  messageAgeSeverity: severity?

  @description('Age of the oldest message, in seconds, above which to alert; 1800 by default.')
  @minValue(60)
  @maxValue(604800)
  messageAgeThreshold: int?

  @description('Severity of the alert on failed updates; 2 by default.')
  failureRateSeverity: severity?

  @description('Failed updates of all updates in 15 minutes, in percent, above which to alert; 20 by default.')
  @minValue(0)
  @maxValue(99)
  failureRateThreshold: int?

  @description('Updates in 15 minutes below which the failure rate says nothing; 10 by default.')
  @minValue(1)
  @maxValue(1000000)
  failureRateMinimum: int?

  @description('Severity of the alert on rejected deliveries; 3 by default.')
  rejectionSeverity: severity?

  @description('Deliveries rejected in 15 minutes above which to alert; 20 by default.')
  @minValue(0)
  @maxValue(1000000)
  rejectionThreshold: int?

  @description('Severity of the alert on an app that reports nothing; 1 by default.')
  silenceSeverity: severity?
}

@export()
@description('What a principal is.')
type principalType = 'User' | 'Group' | 'ServicePrincipal'
