using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// What a plan asks of its images and only the opened data set can tell: checked before any training, so that no stage fails hours later.
/// </summary>
public static class DataRequirements
{
    /// <summary>Checks the stages of a plan against the images they will have.</summary>
    /// <exception cref="InputException">A stage asks for more labelled images than there are.</exception>
    public static void Check(Plan plan, ExperimentData data)
    {
        var (bank, all) = (data.Bank.Count, data.Unlabelled.Count);
        if (plan.Knn is { K: var k } && k > bank)
        {
            throw new InputException(
                $"evaluate.knn.k is {k}, but only {bank} of the {all} unlabelled images have a label to vote with: use at most {bank}."
            );
        }

        // Broken images may be missing, since the spec allows for them; any other difference makes epochs of another length.
        var planned = plan.Data.Bank;
        if (plan.Linear is not null && (bank > planned || bank < planned - data.Notes.Broken.Count))
        {
            throw new InputException(
                $"evaluate.linear is planned for {planned} unlabelled images with a label, but {bank} of the {all} have one: "
                    + $"write data.train_labels: {data.TrainLabels}, which is how many training images have a label."
            );
        }

        if (plan.Pretrain is { OnlineLayer: not null } && bank < all)
        {
            throw new InputException(
                $"pretrain.online_linear learns from the label of every unlabelled image, but only {bank} of the {all} have one: remove the key."
            );
        }
    }
}
