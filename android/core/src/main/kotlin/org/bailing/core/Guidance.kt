package org.bailing.core

import org.bailing.core.generated.guidanceText
import org.bailing.core.generated.Guidance as Hint
import org.bailing.core.generated.Language as Tongue
import org.bailing.core.generated.Place as Ninth
import org.bailing.core.generated.Side as Edge

/** One hint for the merchant while the camera runs: the most useful one for what was just seen. */
public sealed class Guidance(
    /** Stable name, the same on every platform. */
    public val code: String,
) {
    /** Nothing that looks like a document. */
    public object NoDocument : Guidance("no_document")

    /** The page leaves the frame, or is about to, on this [side] of the upright frame. */
    public class CutOff internal constructor(public val side: Side) : Guidance("cut_off")

    /** Too far away to read. */
    public object MoveCloser : Guidance("move_closer")

    /** The page is larger than the frame. */
    public object MoveAway : Guidance("move_away")

    /** The camera looks at the page too much from the side. */
    public object TooTilted : Guidance("too_tilted")

    /** The camera is held askew before a scene. */
    public object NotLevel : Guidance("not_level")

    /** Fingers or things lie over the page. */
    public object Covered : Guidance("covered")

    /** The page is crumpled or bends. */
    public object NotFlat : Guidance("not_flat")

    /** Too little light. */
    public object TooDark : Guidance("too_dark")

    /** Too much light. */
    public object TooBright : Guidance("too_bright")

    /** The light is coloured. */
    public object ColouredLight : Guidance("coloured_light")

    /** A shadow falls on the page. */
    public object Shadow : Guidance("shadow")

    /** A reflection lies on the page, at this [place] of the upright frame. */
    public class Glare internal constructor(public val place: Place) : Guidance("glare")

    /** The lens is out of focus. */
    public object Blurred : Guidance("blurred")

    /** The picture is blurred by movement, or the page still moves. */
    public object HoldStill : Guidance("hold_still")

    /** This looks like a screen. */
    public object LooksLikeAScreen : Guidance("looks_like_a_screen")

    /** The same once more, from a third nearer or farther, to settle what the first photo left open. */
    public object ChangeDistance : Guidance("change_distance")

    /** Good and steady: the photo is taken now. */
    public object Ready : Guidance("ready")

    /** The hint as the merchant reads or hears it. */
    public fun text(language: Language): String = guidanceText(
        hint(),
        when (language) {
            Language.Chinese -> Tongue.CHINESE
            Language.English -> Tongue.ENGLISH
        },
    )

    override fun toString(): String = when (this) {
        is CutOff -> "$code:${side.name}"
        is Glare -> "$code:${place.name}"
        else -> code
    }

    private fun hint(): Hint = when (this) {
        NoDocument -> Hint.NoDocument
        is CutOff -> Hint.CutOff(Edge.entries[side.ordinal])
        MoveCloser -> Hint.MoveCloser
        MoveAway -> Hint.MoveAway
        TooTilted -> Hint.TooTilted
        NotLevel -> Hint.NotLevel
        Covered -> Hint.Covered
        NotFlat -> Hint.NotFlat
        TooDark -> Hint.TooDark
        TooBright -> Hint.TooBright
        ColouredLight -> Hint.ColouredLight
        Shadow -> Hint.Shadow
        is Glare -> Hint.Glare(Ninth.entries[place.ordinal])
        Blurred -> Hint.Blurred
        HoldStill -> Hint.HoldStill
        LooksLikeAScreen -> Hint.LooksLikeAScreen
        ChangeDistance -> Hint.ChangeDistance
        Ready -> Hint.Ready
    }

    public companion object {
        private val cutOffs = Side.entries.map(::CutOff)
        private val glares = Place.entries.map(::Glare)

        /**
         * Every hint, in every direction: what an app must have a picture or a sound for. Gathered when first asked for:
         * a hint that is itself the first thing asked for is not there yet when this class is made.
         */
        @JvmStatic
        public val ALL: List<Guidance> by lazy {
            listOf<List<Guidance>>(
                listOf(NoDocument), cutOffs,
                listOf(
                    MoveCloser, MoveAway, TooTilted, NotLevel, Covered, NotFlat, TooDark, TooBright,
                    ColouredLight, Shadow,
                ),
                glares,
                listOf(Blurred, HoldStill, LooksLikeAScreen, ChangeDistance, Ready),
            ).flatten()
        }

        /** By the kind's place in Rust's enum, then by side or place: one object each, made once. */
        private val byKind: List<List<Guidance>> by lazy { ALL.groupBy { it.code }.values.toList() }

        /** The hint that the frame path names by two numbers; [NoDocument] for one that it does not know. */
        internal fun of(kind: Int, detail: Int): Guidance {
            if (kind !in byKind.indices) return NoDocument
            val directions = byKind[kind]
            return directions[if (detail in directions.indices) detail else 0]
        }
    }
}

/** A side of the upright frame. */
public enum class Side { Top, Right, Bottom, Left }

/** A ninth of the upright frame. */
public enum class Place {
    TopLeft, Top, TopRight, Left, Middle, Right, BottomLeft, Bottom, BottomRight,
}

/** A language that hints are written in. */
public enum class Language {
    /** Simplified Chinese. */
    Chinese,

    /** English. */
    English,
    ;

    public companion object {
        /** Chinese where the locale is, else English. */
        @JvmStatic
        public fun of(locale: java.util.Locale): Language =
            if (locale.language == "zh") Chinese else English
    }
}
