using SimClrApp;
using SimClrDsl.Export;

// Pictures of three kinds, drawn where there are none yet. Put your own into the folder and describe them in my-pictures.simclr.yaml.
DrawnPictures.Write("pictures");

var outcome = await Experiments.MyPictures.Run(observer: RunObserver.Lines(Console.Out));

Console.WriteLine(outcome);
foreach (var prediction in outcome.Classifier!.Classify("pictures/test").Take(3))
{
    Console.WriteLine($"{prediction.File}: {prediction.ClassName}, probability {prediction.Probability:F2}");
}

outcome.Classifier.ExportOnnx("my-pictures.onnx");
Console.WriteLine($"my-pictures.onnx for ONNX Runtime; everything else is in {outcome.Folder}");
