using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>Members as C# declares them.</summary>
internal static class ApiMembers
{
    private static readonly IReadOnlyDictionary<string, string> Operators = new Dictionary<string, string>
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_GreaterThan"] = ">",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThanOrEqual"] = ">=",
    };

    public static string Of(FieldInfo field)
    {
        var kind = field.IsLiteral
            ? "const "
            : (field.IsStatic, field.IsInitOnly) switch
            {
                (true, true) => "static readonly ",
                (true, false) => "static ",
                (false, true) => "readonly ",
                _ => "",
            };
        return $"{kind}{ApiTypes.Name(field)} {field.Name}{(field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "")}";
    }

    public static string Of(PropertyInfo property, Func<MethodInfo, bool> seen)
    {
        var accessors = new[] { property.GetMethod, property.SetMethod }
            .OfType<MethodInfo>()
            .Where(seen)
            .Select(static accessor => $"{(accessor.IsPublic ? "" : "protected ")}{Accessor(accessor)};");
        var indices = property.GetIndexParameters();
        var name = indices.Length == 0 ? property.Name : $"this[{string.Join(", ", indices.Select(Parameter))}]";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var first = property.GetMethod ?? property.SetMethod!;
        return $"{required}{Modifiers(first)}{ApiTypes.Name(property)} {name} {{ {string.Join(' ', accessors)} }}";
    }

    public static string Of(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        var arguments = generic.Length == 0 ? "" : $"<{string.Join(", ", generic.Select(static argument => argument.Name))}>";
        var result = ApiTypes.Name(method.ReturnParameter);
        var start = method.Name switch
        {
            "op_Implicit" => $"implicit operator {result}",
            "op_Explicit" => $"explicit operator {result}",
            _ => $"{result} {(Operators.TryGetValue(method.Name, out var sign) ? $"operator {sign}" : method.Name)}",
        };
        return $"{Modifiers(method)}{start}{arguments}({Parameters(method)}){ApiTypes.Constraints(generic)}";
    }

    public static string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return extension + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Accessor(MethodInfo accessor) =>
        accessor.ReturnType != typeof(void) ? "get"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Any(static type => type.Name == "IsExternalInit") ? "init"
        : "set";

    private static string Modifiers(MethodInfo method) =>
        method.DeclaringType!.IsInterface ? (method.IsStatic ? "static " : "")
        : method.IsStatic ? "static "
        : method.GetBaseDefinition() != method ? (method.IsFinal ? "sealed override " : "override ")
        : method.IsAbstract ? "abstract "
        : method is { IsVirtual: true, IsFinal: false } ? "virtual "
        : "";

    private static string Parameter(ParameterInfo parameter)
    {
        var passed =
            parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
            : !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : "ref ";
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{passed}{ApiTypes.Name(parameter)} {parameter.Name}{value}";
    }

    private static bool IsOf(FieldInfo field, object value) =>
        field.IsLiteral
        && Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)
            == Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static string Literal(object? value, Type? type = null) =>
        (value, Nullable.GetUnderlyingType(type ?? typeof(object)) ?? type) switch
        {
            (null, { IsValueType: true }) when Nullable.GetUnderlyingType(type!) is null => "default",
            (null, _) => "null",
            (string text, _) => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
            (bool flag, _) => flag ? "true" : "false",
            (_, { IsEnum: true } names) => names.GetFields().FirstOrDefault(field => IsOf(field, value)) is { } member
                ? $"{names.Name}.{member.Name}"
                : $"{value}",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
