package org.bailing.core

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.net.HttpURLConnection
import java.net.URL
import org.bailing.core.generated.HttpHeader
import org.bailing.core.generated.HttpRequest
import org.bailing.core.generated.HttpResponse

/**
 * Carries one request of the outbox to the server at [origin], over the platform's own TLS, with what the app says of
 * [authorization].
 */
internal class HttpExchange(private val origin: String, private val authorization: () -> String? = { null }) {
    /** The server's answer, or null where none came: no network, no server, or a torn answer. */
    fun send(request: HttpRequest): HttpResponse? {
        var connection: HttpURLConnection? = null
        return try {
            connection = URL(origin + request.path).openConnection() as HttpURLConnection
            connection.answer(request)
        } catch (unreachable: IOException) {
            null
        } finally {
            connection?.disconnect()
        }
    }

    private fun HttpURLConnection.answer(request: HttpRequest): HttpResponse {
        requestMethod = request.method
        connectTimeout = CONNECT_MILLISECONDS
        readTimeout = READ_MILLISECONDS
        // The interface redirects nowhere, and a captive portal is not the server.
        instanceFollowRedirects = false
        useCaches = false
        request.headers.forEach { setRequestProperty(it.name, it.value) }
        authorization()?.let { setRequestProperty("Authorization", it) }
        if (request.body.isNotEmpty()) {
            doOutput = true
            setFixedLengthStreamingMode(request.body.size)
            outputStream.use { it.write(request.body) }
        }
        val status = responseCode
        if (status !in 100..599) throw IOException("not HTTP")
        val stream = if (status >= 400) errorStream else inputStream
        val body = stream?.use(::bounded) ?: ByteArray(0)
        // Not every implementation says that an answer was torn.
        if (request.method != "HEAD" && contentLengthLong > body.size) throw IOException("torn")
        return HttpResponse(status.toUShort(), answerHeaders(), body)
    }

    private fun HttpURLConnection.answerHeaders(): List<HttpHeader> = headerFields.orEmpty()
        .filterKeys { it != null }
        .flatMap { (name, values) -> values.map { HttpHeader(name.orEmpty(), it) } }
        .take(MOST_HEADERS)

    private fun bounded(stream: InputStream): ByteArray {
        val body = ByteArrayOutputStream()
        val piece = ByteArray(8192)
        while (true) {
            val read = stream.read(piece)
            if (read < 0) return body.toByteArray()
            if (body.size() + read > MOST_BYTES) throw IOException("the answer is too long")
            body.write(piece, 0, read)
        }
    }

    private companion object {
        /** A mobile network that needs longer to connect is as good as none. */
        const val CONNECT_MILLISECONDS = 15_000

        /** Between two pieces of the answer; the server verifies a bundle within a second or two. */
        const val READ_MILLISECONDS = 30_000

        /** What the outbox takes at most; a decision has some kilobytes. */
        const val MOST_BYTES = 4 shl 20
        const val MOST_HEADERS = 64
    }
}
