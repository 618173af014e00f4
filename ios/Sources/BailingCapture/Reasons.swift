/// What speaks against a still, in the merchant's words.
enum Reasons {
    /// The first two: more than that nobody reads.
    static func text(_ codes: [String]) -> String {
        var texts: [String] = []
        for code in codes {
            let text = known.contains(code) ? Strings.text("reason.\(code)") : Strings.text("reason.other")
            // Different codes may ask for the same.
            if !texts.contains(text) { texts.append(text) }
        }
        return texts.isEmpty ? Strings.text("reason.other") : texts.prefix(2).joined(separator: "\n")
    }

    /// Codes that have a text of their own, of those in `CODES.md`.
    static let known: Set<String> = [
        "blurred", "colour_cast", "curled", "cut_off", "featureless", "glare", "glare_on_text", "low_dpi",
        "low_resolution", "motion_blurred", "near_edge", "noisy", "not_level", "occluded", "recaptured",
        "screen_in_view", "screen_moire", "screen_raster", "several_documents", "shadow", "small_print", "tilted",
        "too_bright", "too_dark", "too_far", "wrinkled",
    ]
}
