namespace SimClrDsl.Runtime.Distributed;

/// <summary>A collective operation did not end or failed: another rank has stopped or cannot be reached. The run cannot go on.</summary>
/// <param name="message">One line: which rank, which operation, where in the run.</param>
public sealed class RanksFailedException(string message) : Exception(message);
