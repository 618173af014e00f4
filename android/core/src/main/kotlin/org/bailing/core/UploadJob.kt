package org.bailing.core

import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import org.bailing.core.generated.Errand
import org.bailing.core.generated.News
import org.bailing.core.generated.OutboxInterface

/**
 * Carries the outbox to the server: enrolment, tickets, bundles, and then their decisions.
 *
 * At most one runs at a time; to start it again is harmless. It holds a thread of the executor while
 * it works, and up to a minute while it waits to ask again.
 */
public class UploadJob internal constructor(
    private val outbox: OutboxInterface,
    private val exchange: HttpExchange,
    private val prove: (challenge: ByteArray) -> Unit,
    private val heard: (News?) -> Unit,
    private val unixSeconds: () -> Long = { System.currentTimeMillis() / 1000 },
) {
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()
    private var isRunning = false
    private var isStopping = false
    private var last: Outcome? = null

    /** Why it ended. */
    public sealed class Outcome {
        /** Nothing is left to be sent or asked. */
        public object Done : Outcome()

        /** There is nothing to do before [untilUnixSeconds]: no network, or a server that is busy. */
        public class Waiting internal constructor(public val untilUnixSeconds: Long) : Outcome()

        /** [stop] was called. */
        public object Stopped : Outcome()

        /** The outbox or the key failed; see the code. */
        public class Failed internal constructor(public val error: BailingException) : Outcome()
    }

    /** Runs on a thread of [executor] until there is nothing to do. */
    public fun start(executor: Executor) {
        lock.withLock {
            if (isRunning) {
                // What came since is seen at its next errand; one that waits looks at once.
                changed.signalAll()
                return
            }
            isRunning = true
            isStopping = false
            last = null
        }
        executor.execute {
            val outcome = run()
            lock.withLock {
                isRunning = false
                last = outcome
                changed.signalAll()
            }
        }
    }

    /** There is a network again: what could not be reached is tried at once. */
    public fun networkIsBack() {
        calling { outbox.networkIsBack() }
        lock.withLock { changed.signalAll() }
    }

    /** Lets it end after the exchange that is under way. */
    public fun stop() {
        lock.withLock {
            isStopping = true
            changed.signalAll()
        }
    }

    /** Waits for the end of the job; null where it has not come after [milliseconds]. */
    public fun await(milliseconds: Long): Outcome? = lock.withLock {
        var left = TimeUnit.MILLISECONDS.toNanos(milliseconds)
        while (isRunning && left > 0) left = changed.awaitNanos(left)
        last
    }

    private fun run(): Outcome {
        while (!lock.withLock { isStopping }) {
            try {
                when (val errand = outbox.nextErrand()) {
                    is Errand.Send -> heard(outbox.answer(errand.exchange, exchange.send(errand.request)))
                    is Errand.Attest -> prove(errand.challenge)
                    is Errand.WaitUntil -> if (!waits(errand.unixSeconds)) {
                        return Outcome.Waiting(errand.unixSeconds)
                    }
                    Errand.Nothing -> return Outcome.Done
                }
            } catch (failed: BailingException) {
                return Outcome.Failed(failed)
            } catch (failed: org.bailing.core.generated.SdkException.Failed) {
                return Outcome.Failed(BailingException(failed.code, failed.detail, failed))
            }
        }
        return Outcome.Stopped
    }

    /** Whether it waited; false for a wait that would hold the thread too long. */
    private fun waits(untilUnix: Long): Boolean {
        val seconds = untilUnix - unixSeconds()
        if (seconds > LONGEST_WAIT_SECONDS) return false
        lock.withLock {
            if (!isStopping && seconds > 0) changed.await(seconds, TimeUnit.SECONDS)
        }
        return true
    }

    private companion object {
        /** Longer waits are the system's: see [UploadService]. */
        const val LONGEST_WAIT_SECONDS = 60L
    }
}
