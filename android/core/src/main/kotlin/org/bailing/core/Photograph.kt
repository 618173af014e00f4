package org.bailing.core

import org.bailing.core.generated.PhotographOutcome
import org.bailing.core.generated.Photograph as NativePhotograph

/** What became of a photo. */
public sealed class Photograph {
    /** Kept: the session has so many [pages] now. */
    public class Kept internal constructor(public val pages: Int) : Photograph()

    /** Not good enough; [reasons] are codes as listed in `CODES.md`, the worst first. */
    public class Retake internal constructor(public val reasons: List<String>) : Photograph()

    /**
     * Kept, and the same is wanted once more, from a third nearer or farther, because the first leaves a
     * doubt; [CaptureSession.skipSecond] leaves it to a person at the bank.
     */
    public object Again : Photograph()

    internal companion object {
        fun of(native: NativePhotograph, pages: Int): Photograph = when (native.outcome) {
            PhotographOutcome.KEPT -> Kept(pages)
            PhotographOutcome.AGAIN -> Again
            PhotographOutcome.RETAKE -> Retake(native.reasons)
        }
    }
}
