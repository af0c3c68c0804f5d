using Microsoft.AspNetCore.Http;

namespace UserSync.Console.Sources;

/// <summary>The sources, each with what its vendor has to know.</summary>
/// <param name="review">Looks how they are getting on.</param>
public sealed class SourcePages(SourceReview review)
{
    internal async Task<IResult> ShowAsync(ConsoleRequest request, CancellationToken cancellationToken) =>
        Pages.Show<SourcesPage>(request.Frame, await review.ReadAsync(request.Frame, hasSamples: true, cancellationToken));
}
