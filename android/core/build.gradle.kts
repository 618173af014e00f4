plugins {
    id("com.android.library")
    kotlin("android")
}

android {
    namespace = "org.bailing.core"
    compileSdk = 35
    defaultConfig {
        minSdk = 24
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
    sourceSets["main"].kotlin.srcDir("src/generated/kotlin")
    // Filled by `cargo xtask mobile`, through ./build.
    sourceSets["main"].jniLibs.srcDir("../../target/android/jni")
}

kotlin {
    // Explicit API mode is held by ./build: the generated bindings know nothing of it.
    compilerOptions { jvmTarget.set(org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_1_8) }
}

dependencies {
    // 5.17 and newer load with pages of 16 KB.
    implementation("net.java.dev.jna:jna:5.19.1@aar")
}
