using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace SimClrDsl.Planning;

/// <summary>
/// A plan as text from which its hash is made: equal plans have equal text on every machine, and different plans have different text. It is
/// made from the names and values of the records' constructor parameters, so it changes when a record gets a new parameter or another name.
/// What only explains a value to a reader is no part of it.
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
            var property = type.GetProperty(parameter.Name!)!;
            var value = property.GetValue(record);
            if (!property.IsDefined(typeof(ExplanationAttribute)) && !IsLeftOut(parameter, value))
            {
                text.Append(parameter.Name).Append('=');
                Write(text, value);
                text.Append(';');
            }
        }

        text.Append('}');
    }

    // Reflection gives the default of an enum parameter as a number.
    private static bool IsLeftOut(ParameterInfo parameter, object? value) =>
        parameter.IsDefined(typeof(LeftOutAtDefaultAttribute))
        && Equals(value is Enum ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : value, parameter.RawDefaultValue);

    // The other constructor of a record is the one that copies it.
    private static ConstructorInfo PrimaryConstructor(Type type) =>
        type.GetConstructors().OrderByDescending(static constructor => constructor.GetParameters().Length).First();
}

/// <summary>Marks a property of a plan that tells a reader where a value comes from. It makes no difference to what a stage computes.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExplanationAttribute : Attribute;

/// <summary>
/// Marks a constructor parameter of a plan that the plan's text leaves out when it has its default value. It is for parameters that were
/// added after stages had been finished: without it, all finished stages would get another hash and be trained again.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class LeftOutAtDefaultAttribute : Attribute;
