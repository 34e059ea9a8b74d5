// The launcher is a bash script and the kernels are a Linux library: so are these tests.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
