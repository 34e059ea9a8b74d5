using System.Globalization;
using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static Device CUDA { get; } = new(DeviceType.CUDA);

    public static Device device(int index) => new(index);

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>Where a tensor lives: "cpu", "cuda", "cuda:1".</summary>
    public class Device
    {
        public Device(string description)
        {
            var colon = description.IndexOf(':', StringComparison.Ordinal);
            type = Parse(colon < 0 ? description : description[..colon]);
            index = colon < 0 ? -1 : int.Parse(description.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }

        public Device(string deviceType, int index = -1)
            : this(Parse(deviceType), index) { }

        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        public Device(int index)
            : this(DeviceType.CUDA, index) { }

        public DeviceType type { get; }

        public int index { get; }

        internal int Packed => ((int)type << 16) | (index & 0xffff);

        internal static Device Unpack(int packed) =>
            packed == 0xffff ? CPU : new Device((DeviceType)(packed >> 16), (short)(packed & 0xffff));

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            var name = type == DeviceType.CPU ? "cpu" : "cuda";
            return index < 0 ? name : $"{name}:{index}";
        }

        private static DeviceType Parse(string name) =>
            name switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                _ => throw new ArgumentException($"unknown device '{name}': cpu and cuda are known", nameof(name)),
            };
    }

    /// <summary>The CUDA devices of this machine.</summary>
    public static partial class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => LibTorch.simclr_cuda_devices();

        public static void manual_seed(long seed)
        {
            if (is_available())
            {
                using var generator = Generator.DefaultOf(CUDA);
                _ = generator.manual_seed(seed);
            }
        }

        public static void synchronize(Device? device = null) => LibTorch.Checked(LibTorch.simclr_synchronize((device ?? CUDA).Packed));
    }

    public static bool cuda_is_available() => cuda.is_available();
}
