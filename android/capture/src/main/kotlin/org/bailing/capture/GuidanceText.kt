package org.bailing.capture

import android.content.Context
import org.bailing.core.Guidance
import org.bailing.core.Place
import org.bailing.core.Side

/** A hint's string resource, so that the app can word it differently. */
internal fun Guidance.textResource(): Int = when (this) {
    Guidance.NoDocument -> R.string.bailing_guidance_no_document
    is Guidance.CutOff -> when (side) {
        Side.Top -> R.string.bailing_guidance_cut_off_top
        Side.Right -> R.string.bailing_guidance_cut_off_right
        Side.Bottom -> R.string.bailing_guidance_cut_off_bottom
        Side.Left -> R.string.bailing_guidance_cut_off_left
    }
    Guidance.MoveCloser -> R.string.bailing_guidance_move_closer
    Guidance.MoveAway -> R.string.bailing_guidance_move_away
    Guidance.TooTilted -> R.string.bailing_guidance_too_tilted
    Guidance.NotLevel -> R.string.bailing_guidance_not_level
    Guidance.Covered -> R.string.bailing_guidance_covered
    Guidance.NotFlat -> R.string.bailing_guidance_not_flat
    Guidance.TooDark -> R.string.bailing_guidance_too_dark
    Guidance.TooBright -> R.string.bailing_guidance_too_bright
    Guidance.ColouredLight -> R.string.bailing_guidance_coloured_light
    Guidance.Shadow -> R.string.bailing_guidance_shadow
    is Guidance.Glare -> when (place) {
        Place.TopLeft -> R.string.bailing_guidance_glare_top_left
        Place.Top -> R.string.bailing_guidance_glare_top
        Place.TopRight -> R.string.bailing_guidance_glare_top_right
        Place.Left -> R.string.bailing_guidance_glare_left
        Place.Middle -> R.string.bailing_guidance_glare_middle
        Place.Right -> R.string.bailing_guidance_glare_right
        Place.BottomLeft -> R.string.bailing_guidance_glare_bottom_left
        Place.Bottom -> R.string.bailing_guidance_glare_bottom
        Place.BottomRight -> R.string.bailing_guidance_glare_bottom_right
    }
    Guidance.Blurred -> R.string.bailing_guidance_blurred
    Guidance.HoldStill -> R.string.bailing_guidance_hold_still
    Guidance.LooksLikeAScreen -> R.string.bailing_guidance_looks_like_a_screen
    Guidance.ChangeDistance -> R.string.bailing_guidance_change_distance
    Guidance.Ready -> R.string.bailing_guidance_ready
}

/** What to do about the first reason for which a still must be taken again. */
internal fun Context.retakeText(reasons: List<String>): String {
    val hint = when (reasons.firstOrNull()) {
        "blurred" -> Guidance.Blurred
        "motion_blurred" -> Guidance.HoldStill
        "cut_off", "near_edge" -> Guidance.MoveAway
        "too_far", "low_resolution", "low_dpi", "small_print", "featureless" -> Guidance.MoveCloser
        "tilted" -> Guidance.TooTilted
        "not_level" -> Guidance.NotLevel
        "occluded" -> Guidance.Covered
        "curled", "wrinkled" -> Guidance.NotFlat
        "too_dark", "noisy" -> Guidance.TooDark
        "too_bright" -> Guidance.TooBright
        "colour_cast" -> Guidance.ColouredLight
        "shadow" -> Guidance.Shadow
        "recaptured", "screen_moire", "screen_raster", "screen_in_view" -> Guidance.LooksLikeAScreen
        else -> null
    }
    return getString(hint?.textResource() ?: R.string.bailing_retake)
}
