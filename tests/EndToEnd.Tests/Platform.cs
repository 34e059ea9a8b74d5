// The launcher is a bash script and the bridge to libtorch a Linux library: so are these tests.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
