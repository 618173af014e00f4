package org.bailing.core

import android.content.Context
import android.provider.Settings
import java.io.File
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import org.bailing.core.generated.News
import org.bailing.core.generated.Outbox
import org.bailing.core.generated.OutboxConfig
import org.bailing.core.generated.CaptureSession as NativeSession

/**
 * This phone, as one bank's server knows it: its enrolment, its captures, and the outbox that outlives
 * the process. One a process; open it in `Application.onCreate`, so that the system can go on with an
 * upload in a process that it started itself.
 */
public class Bailing private constructor(
    private val outbox: Outbox,
    serverOrigin: String,
) {
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()
    private var revision = 0L
    private var pending: EnrolmentState = EnrolmentState.Absent

    /**
     * What each request carries as `Authorization`: `Bearer` and the host app's token for the merchant whose phone this
     * is, whoever uses the app now. Asked on the upload's thread, and may fetch a new one there. Set it before
     * anything is sent; without it a server that knows a host app refuses with `token_missing`, and nothing is lost.
     */
    @Volatile
    public var authorization: (() -> String?)? = null

    /** Carries the outbox to the server. */
    public val uploads: UploadJob = UploadJob(
        outbox,
        HttpExchange(serverOrigin) { authorization?.invoke() },
        { HardwareKey.create(it).proveTo(outbox) },
        ::heard,
    )

    /** Whether the server knows this phone. */
    public val enrolment: EnrolmentState
        get() = outbox.enrolment()?.let(EnrolmentState::Enrolled) ?: lock.withLock { pending }

    /** How many captures can be sealed before the server must be reached again. */
    public val tickets: Int
        get() = outbox.ticketsLeft().toInt()

    /** What the bank asks of its phones now; null where it says nothing, or where [open] was given no key. */
    public val policy: Policy?
        get() = outbox.policy()?.let(Policy::of)

    /** All bundles, the oldest first. */
    public val entries: List<OutboxEntry>
        get() = outbox.entries().map(OutboxEntry::of)

    /**
     * Asks the server to take this phone's key for a merchant. [uploads] does it.
     *
     * @param merchantId the bank's id of the merchant.
     */
    public fun enrol(merchantId: String) {
        calling { outbox.enrol(merchantId) }
        tell { pending = EnrolmentState.Pending(merchantId) }
    }

    /** Begins a capture. To seal it takes an enrolment and a ticket: `not_enrolled`, `tickets_missing`. */
    public fun session(task: CaptureTask): CaptureSession =
        CaptureSession(task, calling { NativeSession(outbox, task.native()) }) { native ->
            native.seal(HardwareKey.existing()).also { tell {} }
        }

    /** What the server decided on a bundle: JSON, as `GET /api/v1/bundles/{sha256}` gives it; else null. */
    public fun decision(bundle: String): String? = calling { outbox.decision(bundle) }

    /** Files that were found damaged since the beginning, and set aside. */
    public val damagedFiles: Int
        get() = outbox.setAside().toInt()

    /** Takes a bundle out of the list: one that is decided or refused. */
    public fun forget(bundle: String) {
        calling { outbox.forget(bundle) }
        tell {}
    }

    /**
     * Waits until something that this shows has changed since [seen], or for [milliseconds].
     *
     * Read the revision, show the state, then wait with that revision: no change is missed, and none
     * queues up. Blocks, and ends at an interrupt: a coroutine wraps it in `runInterruptible(IO)`.
     *
     * @return the revision now; give 0 to have it at once.
     */
    public fun awaitChange(seen: Long, milliseconds: Long): Long = lock.withLock {
        var left = TimeUnit.MILLISECONDS.toNanos(milliseconds)
        while (revision <= seen && left > 0 && seen > 0) left = changed.awaitNanos(left)
        revision.coerceAtLeast(1)
    }

    private fun heard(news: News?) = tell {
        if (news is News.EnrolmentRefused) pending = EnrolmentState.Refused(news.code, news.detail)
    }

    private inline fun tell(change: () -> Unit) = lock.withLock {
        change()
        revision = revision.coerceAtLeast(1) + 1
        changed.signalAll()
    }

    public companion object {
        private const val FOLDER = "org.bailing"
        private var opened: Bailing? = null

        /** The one that [open] opened in this process, if any. */
        @JvmStatic
        public val current: Bailing?
            get() = synchronized(this) { opened }

        /**
         * Opens what this phone has, or begins anew. Reads files: some milliseconds.
         *
         * @param serverOrigin scheme, host and port, as the server names itself: `https://bank.example`.
         * @param policyKey the key whose policies this phone takes, 32 bytes, as `bailing-server policy new-key` prints it.
         * @throws BailingException `storage_key_lost` where what is there can no longer be read.
         */
        @JvmStatic
        @JvmOverloads
        public fun open(context: Context, serverOrigin: String, policyKey: ByteArray? = null): Bailing =
            synchronized(this) {
                opened ?: start(context.applicationContext, serverOrigin, policyKey).also { opened = it }
            }

        /** Throws away everything: enrolment, key, and what waits to be sent. Not while one is open. */
        @JvmStatic
        public fun erase(context: Context): Unit = synchronized(this) {
            opened?.run {
                uploads.stop()
                outbox.close()
            }
            opened = null
            folder(context).deleteRecursively()
            HardwareKey.erase()
        }

        private fun start(context: Context, serverOrigin: String, policyKey: ByteArray?): Bailing {
            val folder = folder(context).apply { mkdirs() }
            val package_ = context.packageManager.getPackageInfo(context.packageName, 0)
            val configuration = OutboxConfig(
                folder = File(folder, "outbox").apply { mkdirs() }.path,
                storageKey = StorageKey(File(folder, "storage.key")).unwrap(),
                serverOrigin = serverOrigin,
                appId = context.packageName,
                appVersion = package_.versionName ?: "0",
                bootMarker = bootMarker(context),
                policyKey = policyKey,
            )
            return Bailing(calling { Outbox.open(configuration) }, serverOrigin)
        }

        /** Not in backups: keys do not travel with them. */
        private fun folder(context: Context) = File(context.noBackupFilesDir, FOLDER)

        /** The same until the phone boots again. */
        private fun bootMarker(context: Context): String =
            Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, 0).toString()
    }
}
