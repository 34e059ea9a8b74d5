using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace SimClrDsl.Planning;

/// <summary>
/// A plan as text that says everything it was made with and nothing else: equal plans give equal text on every machine. Read from the
/// records' constructors, so that a plan with a new field has another text.
/// </summary>
internal static class PlanText
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("none");
                break;
            case double number:
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case string or bool or int or long or Enum:
                text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                {
                    Write(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                WriteRecord(text, value);
                break;
        }
    }

    private static void WriteRecord(StringBuilder text, object record)
    {
        var type = record.GetType();
        text.Append(type.Name).Append('{');
        foreach (var parameter in PrimaryConstructor(type).GetParameters())
        {
            text.Append(parameter.Name).Append('=');
            Write(text, type.GetProperty(parameter.Name!)!.GetValue(record));
            text.Append(';');
        }

        text.Append('}');
    }

    // A record has one more, which copies it.
    private static ConstructorInfo PrimaryConstructor(Type type) =>
        type.GetConstructors().OrderByDescending(static constructor => constructor.GetParameters().Length).First();
}
