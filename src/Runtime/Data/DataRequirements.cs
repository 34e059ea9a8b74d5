using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Checks the requirements of a plan that depend on the opened data set. They are checked before training, so that no stage fails hours
/// later.
/// </summary>
public static class DataRequirements
{
    /// <summary>The images of a plan, once its stages have been checked against them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="data">The images.</param>
    /// <returns>The images; an error if a stage needs more labelled images than there are.</returns>
    public static Either<InputError, ExperimentData> Checked(Plan plan, ExperimentData data)
    {
        var (bank, all) = (data.Bank.Count, data.Unlabelled.Count);
        if (plan.Knn is { K: var k } && k > bank)
        {
            return new InputError(
                $"evaluate.knn.k is {k}, but only {bank} of the {all} unlabelled images have a label to vote with: use at most {bank}."
            );
        }

        // A difference because of broken images is allowed by the spec. Any other difference would change the length of the epochs.
        var planned = plan.Data.Bank;
        if (plan.Linear is not null && (bank > planned || bank < planned - data.Notes.Broken.Count))
        {
            return new InputError(
                $"evaluate.linear is planned for {planned} unlabelled images with a label, but {bank} of the {all} have one: "
                    + $"write data.train_labels: {data.TrainLabels}, which is how many training images have a label."
            );
        }

        if (plan.Pretrain is { OnlineLayer: not null } && bank < all)
        {
            return new InputError(
                $"pretrain.online_linear learns from the label of every unlabelled image, "
                    + $"but only {bank} of the {all} have one: remove the key."
            );
        }

        return data;
    }
}
