using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimClrDsl.Torch.Tests.Api;

/// <summary>Prints public members one a line, in the format of the stored list of TorchSharp's signatures.</summary>
internal static class Signatures
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly, string @namespace) =>
        assembly.GetExportedTypes().Where(type => type.Namespace == @namespace).SelectMany(Of);

    public static IEnumerable<string> Of(Type type)
    {
        yield return $"T {Name(type)} : {Shape(type)}";
        if (type.IsEnum)
        {
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                yield return $"E {Name(type)}.{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            }
            yield break;
        }
        foreach (var constructor in type.GetConstructors(Declared).Where(static one => !one.IsStatic))
        {
            yield return $"C {Name(type)}({Parameters(constructor)})";
        }
        foreach (var method in type.GetMethods(Declared).Where(static one => !IsAccessor(one)))
        {
            var generic = method.IsGenericMethodDefinition ? $"<{string.Join(",", method.GetGenericArguments().Select(Name))}>" : "";
            yield return $"M {Static(method)}{Name(type)}.{method.Name}{generic}({Parameters(method)}) : {Name(method.ReturnType)}";
        }
        foreach (var property in type.GetProperties(Declared))
        {
            var indices = property.GetIndexParameters();
            var index = indices.Length == 0 ? "" : $"[{string.Join(", ", indices.Select(one => $"{Name(one.ParameterType)} {one.Name}"))}]";
            var get = property.GetMethod?.IsPublic == true ? " get;" : "";
            var set = property.SetMethod?.IsPublic == true ? " set;" : "";
            yield return $"P {Static(property.GetMethod!)}{Name(type)}.{property.Name}{index} : {Name(property.PropertyType)} {{{get}{set} }}";
        }
        foreach (var field in type.GetFields(Declared))
        {
            yield return $"F {(field.IsStatic ? "static " : "")}{Name(type)}.{field.Name} : {Name(field.FieldType)}";
        }
    }

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static string Shape(Type type) =>
        type switch
        {
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            { IsInterface: true } => "interface",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix =
            parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
            : parameter.IsOut ? "out "
            : "";
        var value = parameter.HasDefaultValue ? $" = {Default(parameter.RawDefaultValue)}" : "";
        return $"{prefix}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Default(object? value) =>
        value switch
        {
            null => "null",
            bool yes => yes ? "true" : "false",
            string text => $"\"{text}\"",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!) + "&";
        }
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }
        var name = type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}";
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(",", type.GetGenericArguments().Select(Name))}>";
    }
}
