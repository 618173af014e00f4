package org.bailing.demo

import org.json.JSONArray
import org.json.JSONException
import org.json.JSONObject

/** What the server decided on a bundle, as far as the demo shows it. */
internal class QuotaDecision(
    val verdict: String,
    val objections: List<String>,
    val read: List<Pair<String, String>>,
    val quotaYuan: Long,
    val beforeYuan: Long,
    val upliftYuan: Long,
    val reasons: List<Line>,
    val unused: List<Line>,
    val next: List<Line>,
) {
    /** A text for the merchant, with the yuan that it is about where there are any. */
    class Line(val text: String, val yuan: Long, val kind: ProofKind? = null)

    companion object {
        /** Reads the server's JSON; null where it is not a decision. */
        fun of(json: String, chinese: Boolean): QuotaDecision? = try {
            read(JSONObject(json), if (chinese) "zh" else "en")
        } catch (malformed: JSONException) {
            null
        }

        private fun read(decision: JSONObject, language: String): QuotaDecision {
            val verdict = decision.getJSONObject("verdict")
            val quota = decision.getJSONObject("quota")
            val text = { line: JSONObject -> line.getJSONObject("text").getString(language) }
            return QuotaDecision(
                verdict = verdict.getString("outcome"),
                objections = verdict.optJSONArray("reasons")?.strings().orEmpty(),
                read = decision.getJSONArray("images").objects().flatMap(::fields),
                quotaYuan = quota.getLong("quota"),
                beforeYuan = quota.getLong("before"),
                upliftYuan = quota.getLong("uplift"),
                reasons = quota.getJSONArray("reasons").objects().map { Line(text(it), it.getLong("amount")) },
                unused = quota.getJSONArray("unused").objects().map { Line(text(it), 0) },
                next = quota.getJSONArray("next_tasks").objects().map {
                    Line(text(it), it.getLong("expected_gain"), ProofKind.of(it.getString("kind")))
                },
            )
        }

        private fun fields(image: JSONObject): List<Pair<String, String>> {
            val fields = image.optJSONObject("recognition")?.optJSONObject("fields") ?: return listOf()
            return fields.keys().asSequence().map { it to fields.getJSONObject(it).getString("value") }.toList()
        }

        private fun JSONArray.objects() = List(length(), ::getJSONObject)
        private fun JSONArray.strings() = List(length(), ::getString)
    }
}
