namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>A test that needs Chromium. Where there is none it is skipped, and counted as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithChromiumAttribute : FactAttribute
{
    public FactWithChromiumAttribute()
    {
        if (Browser.Program is null)
        {
            Skip = "There is no Chromium on the PATH, so no page was seen: apt-get install chromium.";
        }
    }
}
