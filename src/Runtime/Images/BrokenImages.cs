namespace SimClrDsl.Runtime;

/// <summary>Counts the images of a data set that cannot be used, and gives up above a limit.</summary>
/// <param name="limit">How many may be skipped.</param>
/// <param name="key">The spec's key that sets the limit.</param>
public sealed class BrokenImages(int limit, string key = "data.skip_broken")
{
    private const int Named = 3;

    private readonly SortedDictionary<string, string> found = new(StringComparer.Ordinal);

    /// <summary>How many have been found.</summary>
    public int Count
    {
        get
        {
            lock (found)
            {
                return found.Count;
            }
        }
    }

    /// <summary>The first of them by name, and how many there are.</summary>
    public override string ToString()
    {
        lock (found)
        {
            var names = string.Join(", ", found.Take(Named).Select(static image => $"{image.Key} ({image.Value})"));
            return found.Count > Named ? $"{names} and {found.Count - Named} more" : names;
        }
    }

    /// <summary>Notes one; the same image counts once however often it is met.</summary>
    /// <exception cref="InputException">They are more than the limit.</exception>
    public void Add(string name, PictureException why)
    {
        lock (found)
        {
            found[name] = why.Message;
            if (found.Count > limit)
            {
                throw new InputException(
                    $"{(found.Count == 1 ? "an image" : $"{found.Count} images")} cannot be used: {this}; replace or remove them, or allow for them with '{key}'."
                );
            }
        }
    }
}
