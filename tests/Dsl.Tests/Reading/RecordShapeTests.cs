using System.Reflection;
using System.Xml.Linq;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Tests.Reading;

/// <summary>The records as readers see them.</summary>
public sealed class RecordShapeTests
{
    [Fact]
    public void Every_property_of_every_spec_record_is_a_field_with_a_sentence()
    {
        foreach (var (_, shape) in RecordShape.Everywhere)
        {
            foreach (var property in shape.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var field = property.GetCustomAttribute<FieldAttribute>();
                Assert.True(field?.Description.EndsWith('.') == true, $"{shape.Type.Name}.{property.Name}");
            }
        }
    }

    [Fact]
    public void Every_field_has_its_description_as_summary()
    {
        var documentation = XDocument.Load(Path.ChangeExtension(typeof(Spec).Assembly.Location, ".xml"));
        var summaries = documentation
            .Descendants("member")
            .ToDictionary(static member => member.Attribute("name")!.Value, static member => Words(member.Element("summary")?.Value));
        var places = RecordShape.Everywhere.Concat(RecordShape.OfReports);
        foreach (var (type, field) in places.SelectMany(static place => place.Shape.Fields.Select(field => (place.Shape.Type, field))))
        {
            var summary = summaries.GetValueOrDefault($"P:{type.FullName}.{field.Property.Name}");
            Assert.True(summary == field.Field.Description, $"{type.Name}.{field.Property.Name}: {summary}");
        }

        static string Words(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Every_default_is_within_its_range()
    {
        foreach (var field in RecordShape.Everywhere.SelectMany(static place => place.Shape.Fields).Where(static field => !field.Required))
        {
            Assert.All(Numbers(field.Default), number => Assert.True(IsAllowed(field.Field, number), $"{field.Key}: {number}"));
        }

        static IEnumerable<double> Numbers(object? value) =>
            value switch
            {
                int whole => [whole],
                double number => [number],
                Amount amount => [amount.Value],
                Interval interval => [interval.From, interval.To],
                Sequence<double> numbers => numbers,
                _ => [],
            };

        static bool IsAllowed(FieldAttribute field, double number) =>
            number <= field.Max && (field.AboveMin ? number > field.Min : number >= field.Min);
    }

    [Fact]
    public void Required_and_nullable_are_read_from_the_record()
    {
        var spec = RecordShape.Of(typeof(Spec));
        Assert.Equal(["name", "data", "encoder"], spec.Fields.Where(static field => field.Required).Select(static field => field.Key));
        Assert.Equal(
            ["running_variance", "pretrain", "evaluate", "finetune", "self_distill", "distill"],
            spec.Fields.Where(static field => field.Nullable).Select(static field => field.Key)
        );
        Assert.True(RecordShape.Of(typeof(LinearSpec)).Find("augment") is { Nullable: true, Default: CropFlipSpec });
        Assert.True(RecordShape.Of(typeof(DataSpec)).Find("path") is { Nullable: true, Kind: ValueKind.Text });
        Assert.True(RecordShape.Of(typeof(LarsSpec)).Find("weight_decay") is { Nullable: true, Kind: ValueKind.Number });
        Assert.True(RecordShape.Of(typeof(EncoderSpec)).Find("resnet") is { Required: true, Kind: ValueKind.Whole });
    }

    [Fact]
    public void No_two_errors_have_the_same_id()
    {
        // A number that is not there belonged to a rule that went away.
        var ids = SpecErrors.All.Select(static kind => kind.Id).ToArray();
        Assert.All(ids, static id => Assert.Matches("^SCLR0[0-9]{2}$", id));
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("epochs", "epoch", 1)]
    [InlineData("pretrian", "pretrain", 1)]
    [InlineData("color", "colour", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void The_distance_of_two_words_counts_edits(string from, string to, int edits) =>
        Assert.Equal(edits, Nearest.Distance(from, to));
}
