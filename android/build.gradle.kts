// For Android Studio. What CI runs is ./build, which needs no Google repository; versions agree with
// toolchain/artifacts.lock.
plugins {
    id("com.android.application") version "8.13.0" apply false
    id("com.android.library") version "8.13.0" apply false
    kotlin("android") version "2.4.21" apply false
}
