package org.bailing.core

import org.bailing.core.generated.PhotographOutcome

/** What became of a photo. */
public sealed class Photograph {
    /** Kept, as this [page], counted from 1. */
    public class Kept internal constructor(public val page: Int) : Photograph()

    /** Not good enough; [reasons] are codes as listed in `CODES.md`, the worst first. */
    public class Retake internal constructor(public val reasons: List<String>) : Photograph()

    /** Kept, and a second one from nearer or farther is asked for: the first leaves a doubt. */
    public object Again : Photograph()

    /** There are as many pages as the task takes. */
    public object Full : Photograph()

    internal companion object {
        fun of(outcome: PhotographOutcome): Photograph = when (outcome) {
            is PhotographOutcome.Kept -> Kept(outcome.page.toInt())
            is PhotographOutcome.Retake -> Retake(outcome.reasons)
            PhotographOutcome.Again -> Again
            PhotographOutcome.Full -> Full
        }
    }
}
