//! Android without the NDK: clang with musl's headers, an unwinder built from source, and empty
//! libraries that export what the phone's do.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{CARGO, Llvm, building_std, ziglang};
use crate::bionic::Bionic;
use crate::checkout::{Checkout, folder};
use crate::failure::Failure;
use crate::output::Output;
use crate::process;
use crate::target::{ANDROID_API, Target};
use crate::toolchain::{ANDROID_RUSTFLAGS, Kind, Toolchain};

const LIMITS: &[&str] = &[
    "compiled against musl's headers and linked against lists of symbols, not against the NDK",
    "not run on a phone: bionic's loader and its threads' storage are not proved",
];

/// What a shared library starts with: a handle of its own for destructors, and their call.
const START: &str = "\
extern void __cxa_finalize(void *);
__attribute__((visibility(\"hidden\"))) void *__dso_handle = &__dso_handle;
__attribute__((destructor)) static void finalize(void) { __cxa_finalize(&__dso_handle); }
";

/// LLVM's unwinder, by which a panic finds its way: in Rust's words `libunwind`.
const UNWINDER: [&str; 6] = [
    "libunwind.cpp",
    "Unwind-EHABI.cpp",
    "UnwindLevel1.c",
    "UnwindLevel1-gcc-ext.c",
    "UnwindRegistersSave.S",
    "UnwindRegistersRestore.S",
];

/// Debian's compilers for `target`; makes wrappers, unwinder and libraries to link against.
pub(crate) fn toolchain(
    target: Target,
    checkout: &Checkout,
    output: &Output,
) -> Result<Toolchain, Failure> {
    let llvm = Llvm::find()?;
    let (arguments, mut environment) = building_std(target.triple())?;
    let headers = ziglang(checkout, output)?;
    let tools = folder(checkout.tools().join(target.triple()))?;

    let compiler = compiler(target, &llvm, &headers, &tools)?;
    start(&compiler, &tools)?;
    unwinder(&compiler, &llvm, &headers, &tools)?;
    libraries(&compiler, &Bionic::load()?, &tools)?;
    let plain = tools.join("plain").join(target.library());
    let linker = linker(target, &llvm, &tools, &plain)?;

    environment.extend([
        (target.cargo_variable("LINKER"), linker.into()),
        (target.cargo_variable("RUSTFLAGS"), ANDROID_RUSTFLAGS.into()),
        (target.cc_variable("CC"), compiler.into()),
        (target.cc_variable("AR"), llvm.tool("llvm-ar").into()),
    ]);
    Ok(Toolchain {
        kind: Kind::Debian,
        cargo: CARGO.into(),
        arguments,
        environment,
        strip: Some(llvm.tool("llvm-strip")),
        plain: Some(plain),
        app_linker: None,
        limits: LIMITS,
    })
}

/// Clang for C, as `ring` and `zstd` call it.
fn compiler(target: Target, llvm: &Llvm, headers: &Path, tools: &Path) -> Result<PathBuf, Failure> {
    let (processor, kernel) = match target {
        Target::AndroidArm32 => ("arm-linux-musl", "arm-linux-any"),
        Target::AndroidX64 => ("x86_64-linux-musl", "x86-linux-any"),
        _ => ("aarch64-linux-musl", "aarch64-linux-any"),
    };
    let include = headers.join("libc/include");
    let folders: String = [processor, "generic-musl", kernel, "any-linux-any"]
        .map(|folder| format!(" -isystem '{}'", include.join(folder).display()))
        .concat();
    // bionic names errno's place otherwise than musl; assertions need a symbol of musl's; the
    // outlined atomics a runtime library that is not linked.
    let outline =
        if target == Target::AndroidArm64 { " -mno-outline-atomics" } else { Default::default() };
    let script = format!(
        "#!/bin/sh\nexec '{}' --target={} -nostdlibinc -nostdinc++{folders} -DNDEBUG \
         -D__errno_location=__errno{outline} -Wno-unused-command-line-argument \"$@\"\n",
        llvm.tool("clang").display(),
        target.clang_triple(),
    );
    let path = tools.join("clang");
    process::write_script(&path, &script)?;
    Ok(path)
}

/// Clang as a linker. Links a second time without packed relocations, which only Android's loader
/// reads, so that the same code can be started under Linux.
fn linker(target: Target, llvm: &Llvm, tools: &Path, plain: &Path) -> Result<PathBuf, Failure> {
    folder(plain.parent().unwrap_or(plain).to_path_buf())?;
    let script = format!(
        "#!/bin/sh\nset -e\nlink() {{\n    '{}' --target={} '--ld-path={}' -nostartfiles \
         -nodefaultlibs '-L{tools}' '{tools}/crtbegin_so.o' -Wl,--no-undefined \"$@\"\n}}\n\
         link \"$@\"\nlink \"$@\" -Wl,--pack-dyn-relocs=none -o '{}'\n",
        llvm.tool("clang").display(),
        target.clang_triple(),
        llvm.tool("ld.lld").display(),
        plain.display(),
        tools = tools.display(),
    );
    // rustc tells a linker's flavour by the end of its name.
    let path = tools.join("link-clang");
    process::write_script(&path, &script)?;
    Ok(path)
}

fn start(compiler: &Path, tools: &Path) -> Result<(), Failure> {
    let source = tools.join("crtbegin_so.c");
    std::fs::write(&source, START).map_err(Failure::file(&source))?;
    let mut command = Command::new(compiler);
    command.args(["-c", "-Os", "-fPIC"]).arg(&source).arg("-o").arg(tools.join("crtbegin_so.o"));
    process::run("compiling crtbegin_so.c", &mut command)
}

fn unwinder(compiler: &Path, llvm: &Llvm, headers: &Path, tools: &Path) -> Result<(), Failure> {
    let sources = headers.join("libunwind");
    let archive = tools.join("libunwind.a");
    if archive.exists() {
        return Ok(());
    }
    let mut objects = Vec::new();
    for source in UNWINDER {
        let object = tools.join(source).with_extension("o");
        let mut command = Command::new(compiler);
        command
            .args(["-c", "-Os", "-fPIC", "-fno-exceptions", "-fno-rtti", "-funwind-tables"])
            .args(["-fvisibility=hidden", "-ffunction-sections", "-D_LIBUNWIND_IS_NATIVE_ONLY"])
            .arg("-D_LIBUNWIND_HIDE_SYMBOLS")
            .arg("-I")
            .arg(sources.join("include"))
            .arg(sources.join("src").join(source))
            .arg("-o")
            .arg(&object);
        process::run(&format!("compiling {source}"), &mut command)?;
        objects.push(object);
    }
    let mut command = Command::new(llvm.tool("llvm-ar"));
    command.arg("rcs").arg(&archive).args(&objects);
    process::run("llvm-ar", &mut command)
}

/// `libc.so` and its like: they hold nothing and export what the phone's export at our API level, so
/// that the linker refuses what an old phone would not find.
fn libraries(compiler: &Path, bionic: &Bionic, tools: &Path) -> Result<(), Failure> {
    for library in bionic.libraries() {
        let mut source = String::from(".text\n");
        for symbol in library.symbols(ANDROID_API) {
            source.push_str(&format!(".globl {symbol}\n.type {symbol}, %function\n{symbol}:\n"));
        }
        let assembly = tools.join(format!("{}.s", library.name));
        std::fs::write(&assembly, source).map_err(Failure::file(&assembly))?;
        let file = format!("{}.so", library.name);
        let mut command = Command::new(compiler);
        command
            .args(["-shared", "-nostdlib", "-fuse-ld=lld"])
            .arg(format!("-Wl,-soname,{file}"))
            .arg(&assembly)
            .arg("-o")
            .arg(tools.join(&file));
        process::run(&format!("linking {file}"), &mut command)?;
    }
    Ok(())
}
