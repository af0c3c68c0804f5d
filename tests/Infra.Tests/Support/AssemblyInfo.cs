[assembly: AssemblyFixture(typeof(Infra.Tests.Support.Templates))]
