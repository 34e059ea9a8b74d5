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
            var value = type.GetProperty(parameter.Name!)!.GetValue(record);
            if (!IsLeftOut(parameter, value))
            {
                text.Append(parameter.Name).Append('=');
                Write(text, value);
                text.Append(';');
            }
        }

        text.Append('}');
    }

    // The default of a choice is kept as its number.
    private static bool IsLeftOut(ParameterInfo parameter, object? value) =>
        parameter.IsDefined(typeof(LeftOutAtDefaultAttribute))
        && Equals(value is Enum ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : value, parameter.RawDefaultValue);

    // A record has one more, which copies it.
    private static ConstructorInfo PrimaryConstructor(Type type) =>
        type.GetConstructors().OrderByDescending(static constructor => constructor.GetParameters().Length).First();
}

/// <summary>
/// A part of a plan that its text leaves out at its default. For parts that came to be after stages were named by that text, so that what has
/// been finished without them keeps its name.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class LeftOutAtDefaultAttribute : Attribute;
