using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>The plan as people read it.</summary>
public sealed class PlanTableTests
{
    [Fact]
    public void The_whole_plan_fits_on_a_screen() =>
        Assert.Equal(
            """
            fashion-mnist

            data: fashion-mnist, 1×28×28, 10 classes; 20,000 unlabelled, 100 labelled, 10,000 test images

            ResNet-18 ×0.25, small stem, 1×28×28
            part      block             blocks   channels  stride    output  weights  multiply-adds
            stem      conv 3×3               1     1 → 16       1  16×28×28      176        112,896
            group 1   basic, projected       1    16 → 16       1  16×28×28    4,960      3,813,376
                      basic                  1    16 → 16       1  16×28×28    4,672      3,612,672
            group 2   basic, projected       1    16 → 32       2  32×14×14   14,528      2,809,856
                      basic                  1    32 → 32       1  32×14×14   18,560      3,612,672
            group 3   basic, projected       1    32 → 64       2    64×7×7   57,728      2,809,856
                      basic                  1    64 → 64       1    64×7×7   73,984      3,612,672
            group 4   basic, projected       1   64 → 128       2   128×4×4  230,144      3,670,016
                      basic                  1  128 → 128       1   128×4×4  295,424      4,718,592
            features  mean                                              128
            total                                                            700,176     28,772,608
            with batch-norm statistics: 702,608 parameters

            student: ResNet-18 ×0.125, small stem, 1×28×28
            part      block             blocks  channels  stride    output  weights  multiply-adds
            stem      conv 3×3               1     1 → 8       1   8×28×28       88         56,448
            group 1   basic, projected       1     8 → 8       1   8×28×28    1,264        953,344
                      basic                  1     8 → 8       1   8×28×28    1,184        903,168
            group 2   basic, projected       1    8 → 16       2  16×14×14    3,680        702,464
                      basic                  1   16 → 16       1  16×14×14    4,672        903,168
            group 3   basic, projected       1   16 → 32       2    32×7×7   14,528        702,464
                      basic                  1   32 → 32       1    32×7×7   18,560        903,168
            group 4   basic, projected       1   32 → 64       2    64×4×4   57,728        917,504
                      basic                  1   64 → 64       1    64×4×4   73,984      1,179,648
            features  mean                                              64
            total                                                           175,688      7,221,376
            with batch-norm statistics: 176,904 parameters

            stage       images  epochs  batch  steps  warm-up  peak rate  optimizer
            pretrain     20000      10    256    782       39        1.6  LARS, decay 0.0001, cosine
            knn          20000
            linear       20000      20   4096     98        0        1.6  Nesterov SGD, decay 0, cosine
            supervised     100             64   1000        0             Nesterov SGD, decay 0.0001, cosine
            finetune       100     100     64    157        0       0.04  LARS, decay 0, cosine
            distill      20000      10   4096     49        2        6.4  LARS, decay 0.0001, cosine
            pretrain: temperature 0.2, head of 3 layers to 128; crop [0.2, 1], flip 0.5, colour 0.5 at 0.8
            knn: k 20, temperature 0.07
            linear: features computed once
            supervised: best of peak rates 0.03, 0.1, 0.3 and of every 200 steps, on the test images; crop [0.08, 1], flip 0.5
            finetune: from head layer 1; crop [0.08, 1], flip 0.5
            distill: temperature 1, alpha 1; crop [0.08, 1], flip 0.5

            """,
            PlanTable.Format(Plan.Of(SpecSamples.Read(SpecSamples.FashionMnist)))
        );

    [Fact]
    public void A_ResNet_D_stem_and_pooled_skips_are_named()
    {
        var table = PlanTable.Network(Networks.Of(50, 2, selective: true));
        Assert.StartsWith("ResNet-50 ×2 +SK, ResNet-D stem, 3×224×224\n", table);
        Assert.Contains("conv 3×3, 3×3, 3×3, max-pool", table);
        Assert.Contains("selective, pooled", table);
        Assert.EndsWith("with batch-norm statistics: 140,428,864 parameters\n", table);
    }

    [Fact]
    public void The_plan_says_what_is_not_kept_in_memory()
    {
        var spec = SpecSamples.Read(SpecSamples.FashionMnist);
        var table = PlanTable.Format(
            Plan.Of(
                spec with
                {
                    Encoder = spec.Encoder with { Recompute = Recompute.Blocks },
                    Pretrain = spec.Pretrain! with { Microbatch = 32 },
                    Finetune = spec.Finetune! with { Batch = 100, Microbatch = 25 },
                    Distill = spec.Distill! with { Microbatch = 64 },
                }
            )
        );
        Assert.Contains(
            "702,608 parameters\nblocks run again in the backward pass: 134,544 of 265,088 activations of an image in memory\n\nstudent",
            table
        );
        Assert.Contains("colour 0.5 at 0.8; 8 microbatches of 32 images\n", table);
        Assert.Contains("; 4 microbatches of 25 images\n", table);
        Assert.Contains("; 64 microbatches of 64 images\n", table);
    }

    [Fact]
    public void Columns_add_up_to_the_total()
    {
        foreach (var plan in SpecSamples.Variants.Values.Select(Plan.Of))
        {
            var rows = PlanTable
                .Network(plan.Encoder)
                .Split('\n')
                .Skip(2)
                .Select(static row => row.Split("  ", StringSplitOptions.RemoveEmptyEntries));
            var weights = rows.Where(static row => row.Length >= 7).Sum(static row => long.Parse(row[^2].Replace(",", "")));
            Assert.Equal(plan.Encoder.Cost.Parameters.Weights, weights);
        }
    }

    [Fact]
    public void No_line_ends_in_blanks_or_a_carriage_return() =>
        Assert.All(
            SpecSamples.Variants.Values.SelectMany(static spec => PlanTable.Format(Plan.Of(spec)).Split('\n')),
            static line => Assert.Equal(line.TrimEnd(), line)
        );
}
