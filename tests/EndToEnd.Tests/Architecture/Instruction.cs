using System.Reflection;
using System.Reflection.Emit;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>An instruction of a compiled method.</summary>
/// <param name="Code">What it does.</param>
/// <param name="Member">The type, method or field that it names; null if it names none.</param>
internal sealed record Instruction(OpCode Code, MemberInfo? Member)
{
    private static readonly IReadOnlyDictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => code.Value);

    /// <summary>The instructions of a method, in order; none if it has no body.</summary>
    public static IEnumerable<Instruction> Of(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length; )
        {
            var value = code[at] == 0xFE ? (short)((code[at] << 8) | code[at + 1]) : code[at];
            var instruction = OpCodesByValue[value];
            at += instruction.Size;
            yield return new(instruction, Names(instruction) ? Resolve(method, BitConverter.ToInt32(code, at)) : null);
            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static bool Names(OpCode code) =>
        code.OperandType is OperandType.InlineTok or OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField;

    // The generator is compiled against the Dsl of another framework, some of whose members this one lacks: they belong to another
    // assembly.
    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        try
        {
            return method.Module.ResolveMember(token, typeArguments, methodArguments);
        }
        catch (MissingMethodException)
        {
            return null;
        }
    }
}
