using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>How a reader sees a page.</summary>
/// <param name="Width">Width of the window in pixels.</param>
/// <param name="Dark">Whether the reader prefers dark pages.</param>
public sealed record Reader(int Width, bool Dark);

/// <summary>What a browser made of a page.</summary>
/// <param name="Requests">Addresses that were asked for, pictures within the page left out.</param>
/// <param name="Complaints">Messages of its console.</param>
/// <param name="PageWidth">Width of the content in pixels.</param>
/// <param name="Background">Colour of the page.</param>
/// <param name="BrokenImages">Number of pictures that could not be drawn.</param>
internal sealed record SeenPage(
    IReadOnlyList<string> Requests,
    IReadOnlyList<string> Complaints,
    int PageWidth,
    string Background,
    int BrokenImages
);

/// <summary>Chromium without a window, which is told what to do by its DevTools protocol.</summary>
internal sealed class Browser : IDisposable
{
    private const string Announcement = "DevTools listening on ";

    private readonly DirectoryInfo profile = Directory.CreateTempSubdirectory("simclr-chromium-");
    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private readonly List<JsonNode> events = [];
    private int commands;

    public Browser()
    {
        var start = new ProcessStartInfo(
            Program!,
            [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                $"--user-data-dir={profile.FullName}",
                "about:blank",
            ]
        )
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        process = Process.Start(start)!;
        string? line;
        do
        {
            line = process.StandardError.ReadLine() ?? throw new InvalidOperationException("Chromium ended before it listened.");
        } while (!line.StartsWith(Announcement, StringComparison.Ordinal));

        // What it says later must not fill the pipe.
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.ConnectAsync(PageOf(new Uri(line[Announcement.Length..])), CancellationToken.None).GetAwaiter().GetResult();
        foreach (var domain in (string[])["Page", "Network", "Log", "Runtime"])
        {
            Send($"{domain}.enable", []);
        }
    }

    /// <summary>Path of Chromium; null where there is none.</summary>
    public static string? Program { get; } =
        new[] { "chromium", "chromium-browser", "google-chrome" }
            .SelectMany(static name =>
                (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name))
            )
            .FirstOrDefault(File.Exists);

    /// <summary>Opens a file as a reader would see it. If SIMCLR_SCREENSHOTS names a folder, a picture of the page is left there.</summary>
    public SeenPage See(string path, Reader reader)
    {
        events.Clear();
        Send(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = reader.Width,
                ["height"] = 900,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );
        Send(
            "Emulation.setEmulatedMedia",
            new()
            {
                ["features"] = new JsonArray(
                    new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = reader.Dark ? "dark" : "light" }
                ),
            }
        );
        Send("Page.navigate", new() { ["url"] = new Uri(path).AbsoluteUri });
        while (!events.Exists(static one => Method(one) == "Page.loadEventFired"))
        {
            Take(Receive());
        }

        var width = (int)Value("document.documentElement.scrollWidth");
        var background = (string)Value("getComputedStyle(document.body).backgroundColor")!;
        var broken = (int)Value("[...document.images].filter(one => !one.complete || one.naturalWidth === 0).length");
        Keep(path, reader);
        return new(
            [
                .. events
                    .Where(static one => Method(one) == "Network.requestWillBeSent")
                    .Select(static one => (string)one["params"]!["request"]!["url"]!)
                    .Where(static url => !url.StartsWith("data:", StringComparison.Ordinal)),
            ],
            [
                .. events
                    .Where(static one => Method(one) is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded")
                    .Select(static one => one["params"]!.ToJsonString()),
            ],
            width,
            background,
            broken
        );
    }

    public void Dispose()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        profile.Delete(recursive: true);
    }

    private static string? Method(JsonNode message) => (string?)message["method"];

    private static Uri PageOf(Uri browser)
    {
        using var client = new HttpClient();
        var pages = client.GetStringAsync(new Uri($"http://{browser.Authority}/json/list")).GetAwaiter().GetResult();
        return new((string)JsonNode.Parse(pages)!.AsArray().First(static one => (string?)one!["type"] == "page")!["webSocketDebuggerUrl"]!);
    }

    private void Keep(string path, Reader reader)
    {
        if (Environment.GetEnvironmentVariable("SIMCLR_SCREENSHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        var picture = Send("Page.captureScreenshot", new() { ["captureBeyondViewport"] = true });
        var name = $"{Path.GetFileNameWithoutExtension(path)}-{reader.Width}-{(reader.Dark ? "dark" : "light")}.png";
        File.WriteAllBytes(
            Path.Combine(Directory.CreateDirectory(folder).FullName, name),
            Convert.FromBase64String((string)picture["data"]!)
        );
    }

    private JsonNode Value(string expression) =>
        Send("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true })["result"]!["value"]!;

    private JsonNode Send(string method, JsonObject parameters)
    {
        var id = ++commands;
        var text = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        }.ToJsonString();
        socket
            .SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        while (true)
        {
            var message = Receive();
            if ((int?)message["id"] == id)
            {
                return message["result"] ?? throw new InvalidOperationException($"{method}: {message["error"]?.ToJsonString()}");
            }

            Take(message);
        }
    }

    private void Take(JsonNode message)
    {
        if (Method(message) is not null)
        {
            events.Add(message);
        }
    }

    private JsonNode Receive()
    {
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None).GetAwaiter().GetResult();
            text.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage);

        return JsonNode.Parse(text.ToArray())!;
    }
}
