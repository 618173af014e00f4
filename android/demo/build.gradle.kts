plugins {
    id("com.android.application")
    kotlin("android")
}

android {
    namespace = "org.bailing.demo"
    compileSdk = 35
    defaultConfig {
        applicationId = "org.bailing.demo"
        minSdk = 24
        targetSdk = 35
        versionCode = 1
        versionName = "0.1.0"
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
}

kotlin {
    compilerOptions { jvmTarget.set(org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_1_8) }
}

dependencies {
    implementation(project(":capture"))
}
