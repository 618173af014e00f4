package org.bailing.core

import org.bailing.core.generated.CaptureMode
import org.bailing.core.generated.CaptureTask as NativeTask

/**
 * What the merchant is to photograph.
 *
 * @property kind the kind of proof, as the server names it, for example `business_licence`.
 */
public sealed class CaptureTask(public val kind: String) {
    /** One page or card. */
    public class Document(kind: String) : CaptureTask(kind)

    /** A shop front, a shelf, a truck: no page to find. */
    public class Scene(kind: String) : CaptureTask(kind)

    /** Several pages of one paper, up to [most]. */
    public class Pages(kind: String, public val most: Int) : CaptureTask(kind) {
        init {
            require(most in 1..MOST) { "a paper has 1 to $MOST pages" }
        }
    }

    /** How many pages fit. */
    public val mostPages: Int
        get() = if (this is Pages) most else 1

    internal fun native() = NativeTask(
        kind,
        when (this) {
            is Document -> CaptureMode.Document
            is Scene -> CaptureMode.Scene
            is Pages -> CaptureMode.Pages(most.toUInt())
        },
    )

    public companion object {
        /** More pages do not fit into one bundle. */
        public const val MOST: Int = 16
    }
}
