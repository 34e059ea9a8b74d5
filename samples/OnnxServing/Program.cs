// Serves a network that was exported with pictures as its input: dotnet run -- MODEL.onnx --urls http://127.0.0.1:5000
// curl --data-binary @picture.bmp http://127.0.0.1:5000/classify answers {"class":"cat","probability":0.98}.
using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

using var session = new InferenceSession(args[0]);
using var options = new RunOptions();
var classes = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["class_names"])!;
var app = WebApplication.CreateBuilder(args[1..]).Build();
app.MapPost(
    "/classify",
    async (HttpRequest request) =>
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var (pixels, height, width) = Rgb(body.ToArray());
        using var picture = OrtValue.CreateTensorValueFromMemory(pixels, [1, height, width, 3]);
        using var outputs = session.Run(options, ["pictures"], [picture], ["probabilities"]);
        var probabilities = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        var best = Array.IndexOf(probabilities, probabilities.Max());
        return new { Class = classes[best], Probability = probabilities[best] };
    }
);
app.Run();

// The pixels of a BMP file of 24 bits: red, green and blue, from the top row down. Other formats need a decoder of your choice.
static (byte[] Pixels, int Height, int Width) Rgb(byte[] bmp)
{
    int Field(int at) => BinaryPrimitives.ReadInt32LittleEndian(bmp.AsSpan(at));
    var (start, width, height) = (Field(10), Field(18), Field(22));
    var row = (width * 3 + 3) / 4 * 4;
    var pixels =
        from y in Enumerable.Range(1, height)
        from x in Enumerable.Range(0, width)
        from c in new[] { 2, 1, 0 }
        select bmp[start + ((height - y) * row) + (x * 3) + c];
    return (pixels.ToArray(), height, width);
}
