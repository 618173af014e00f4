package org.bailing.core

import com.sun.net.httpserver.HttpExchange as ServedExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.util.concurrent.Executors
import org.bailing.core.generated.Enrolment
import org.bailing.core.generated.Errand
import org.bailing.core.generated.HttpHeader
import org.bailing.core.generated.HttpRequest
import org.bailing.core.generated.HttpResponse
import org.bailing.core.generated.News
import org.bailing.core.generated.OutboxEntry as NativeEntry
import org.bailing.core.generated.OutboxInterface
import org.bailing.core.generated.Policy as NativePolicy
import org.bailing.core.generated.SdkException
import org.bailing.core.generated.SigningKey
import org.bailing.testing.DesktopHttp
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test

/** The pump against a real HTTP server on this machine; the errands are written down here. */
class UploadJobTest {
    private val executor = Executors.newCachedThreadPool()
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    private val origin get() = "http://127.0.0.1:${server.address.port}"

    private fun serve(path: String, answer: ServedExchange.() -> Unit) {
        server.createContext(path) { exchange -> exchange.use(answer) }
    }

    private inline fun ServedExchange.use(answer: ServedExchange.() -> Unit) = try {
        answer()
    } finally {
        close()
    }

    @Before
    fun allowPatch() = DesktopHttp.allowPatch()

    @After
    fun close() {
        server.stop(0)
        executor.shutdownNow()
    }

    private fun send(method: String, path: String, body: ByteArray = ByteArray(0), vararg headers: HttpHeader) =
        Errand.Send(1uL, HttpRequest(method, path, headers.toList(), body))

    private fun job(errands: Errands, origin: String = this.origin, prove: (ByteArray) -> Unit = {}) =
        UploadJob(errands, HttpExchange(origin) { "Bearer a.b.c" }, prove, {}, { 1_000 })

    private fun UploadJob.outcome(): UploadJob.Outcome? {
        start(executor)
        return await(20_000)
    }

    @Test
    fun `carries method, headers and body, and brings status, headers and body back`() {
        val seen = mutableListOf<String>()
        val authorized = mutableListOf<String>()
        serve("/") {
            val body = requestBody.readBytes()
            seen += "$requestMethod ${requestURI.path} ${requestHeaders.getFirst("Upload-Offset")} ${body.size}"
            authorized += requestHeaders.getFirst("Authorization").orEmpty()
            responseHeaders.add("Upload-Offset", "262144")
            sendResponseHeaders(204, -1)
        }
        server.start()
        val errands = Errands(
            send("PATCH", "/api/v1/uploads/ab", ByteArray(262_144), HttpHeader("Upload-Offset", "0")),
            send("HEAD", "/api/v1/uploads/ab"),
            send("POST", "/api/v1/challenges", "{}".toByteArray()),
        )
        assertEquals(UploadJob.Outcome.Done, job(errands).outcome())
        assertEquals(
            listOf("PATCH /api/v1/uploads/ab 0 262144", "HEAD /api/v1/uploads/ab null 0", "POST /api/v1/challenges null 2"),
            seen,
        )
        assertEquals(List(3) { "Bearer a.b.c" }, authorized)
        val answer = errands.answers.first()!!
        assertEquals(204, answer.status.toInt())
        assertTrue(answer.headers.any { it.name.equals("upload-offset", ignoreCase = true) && it.value == "262144" })
    }

    @Test
    fun `a refusal is an answer with its body`() {
        val problem = """{"code":"ticket_expired"}"""
        serve("/") {
            sendResponseHeaders(403, problem.length.toLong())
            responseBody.write(problem.toByteArray())
        }
        server.start()
        val errands = Errands(send("PUT", "/api/v1/bundles/ab", ByteArray(9)))
        job(errands).outcome()
        val answer = errands.answers.single()!!
        assertEquals(403, answer.status.toInt())
        assertArrayEquals(problem.toByteArray(), answer.body)
    }

    @Test
    fun `a redirect is not followed`() {
        serve("/") {
            responseHeaders.add("Location", "$origin/elsewhere")
            sendResponseHeaders(302, -1)
        }
        server.start()
        val errands = Errands(send("GET", "/portal"))
        job(errands).outcome()
        assertEquals(302, errands.answers.single()!!.status.toInt())
    }

    @Test
    fun `no server, an endless answer and a torn one are no answer`() {
        val unused = ServerSocket(0).use { it.localPort }
        val alone = Errands(send("GET", "/"))
        job(alone, "http://127.0.0.1:$unused").outcome()
        assertNull(alone.answers.single())

        serve("/endless") {
            sendResponseHeaders(200, 0)
            runCatching { repeat(8000) { responseBody.write(ByteArray(1024)) } }
        }
        serve("/torn") {
            sendResponseHeaders(200, 100)
            responseBody.write(ByteArray(10))
        }
        server.start()
        val errands = Errands(send("GET", "/endless"), send("GET", "/torn"))
        job(errands).outcome()
        assertEquals(listOf(null, null), errands.answers)
    }

    @Test
    fun `attests when asked, waits shortly, and leaves long waits to the system`() {
        val errands = Errands(
            Errand.Attest(byteArrayOf(7)), Errand.WaitUntil(1_001), Errand.Attest(byteArrayOf(8)), Errand.WaitUntil(9_000),
        )
        val challenges = mutableListOf<Byte>()
        val outcome = job(errands) { challenges += it.single() }.outcome()
        assertEquals(9_000, (outcome as UploadJob.Outcome.Waiting).untilUnixSeconds)
        assertEquals(listOf<Byte>(7, 8), challenges)
    }

    @Test
    fun `stops in a wait, and can start again`() {
        val errands = object : Errands() {
            override fun nextErrand() = Errand.WaitUntil(1_050)
        }
        val job = job(errands)
        job.start(executor)
        assertNull(job.await(100))
        job.stop()
        assertEquals(UploadJob.Outcome.Stopped, job.await(5_000))
        job.start(executor)
        job.start(executor)
        job.stop()
        assertEquals(UploadJob.Outcome.Stopped, job.await(5_000))
    }

    @Test
    fun `what fails has its code`() {
        val errands = object : Errands() {
            override fun nextErrand() = throw SdkException.Failed("storage_failed", "the disk is full")
        }
        val outcome = job(errands).outcome() as UploadJob.Outcome.Failed
        assertEquals("storage_failed", outcome.error.code)
        val key = Errands(Errand.Attest(ByteArray(32)))
        val refused = job(key) { throw BailingException("key_failed", "") }.outcome()
        assertEquals("key_failed", (refused as UploadJob.Outcome.Failed).error.code)
    }

    /** Hands errands out one after another, and notes what came of them. */
    private open class Errands(vararg errands: Errand) : OutboxInterface {
        private val left = ArrayDeque(errands.toList())
        val answers = mutableListOf<HttpResponse?>()

        override fun nextErrand(): Errand = left.removeFirstOrNull() ?: Errand.Nothing

        override fun answer(exchange: ULong, response: HttpResponse?): News? {
            answers += response
            return null
        }

        override fun enrol(merchantId: String) = Unit
        override fun enrolment(): Enrolment? = null
        override fun entries(): List<NativeEntry> = listOf()
        override fun forget(bundle: String) = Unit
        override fun policy(): NativePolicy? = null
        override fun ticketsLeft(): UInt = 0u
        override fun attestedAndroid(certificates: List<ByteArray>) = Unit
        override fun attestedIos(`object`: ByteArray) = Unit
        override fun provedByPossession(key: SigningKey) = Unit
        override fun decision(bundle: String): String? = null
        override fun networkIsBack() = Unit
        override fun setAside(): UInt = 0u
    }
}
