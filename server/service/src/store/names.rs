//! Values that both databases store as words.

/// Stores the values of an enumeration by these words.
macro_rules! stored_by_name {
    ($type:ty { $($value:ident: $name:literal),+ $(,)? }) => {
        impl sqlx::Type<sqlx::Any> for $type {
            fn type_info() -> sqlx::any::AnyTypeInfo {
                <str as sqlx::Type<sqlx::Any>>::type_info()
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Any> for $type {
            fn decode(
                value: <sqlx::Any as sqlx::Database>::ValueRef<'r>,
            ) -> Result<Self, sqlx::error::BoxDynError> {
                match <&str as sqlx::Decode<sqlx::Any>>::decode(value)? {
                    $($name => Ok(Self::$value),)+
                    other => Err(format!("{other} is no {}", stringify!($type)).into()),
                }
            }
        }

        impl<'q> sqlx::Encode<'q, sqlx::Any> for $type {
            fn encode_by_ref(
                &self,
                buffer: &mut <sqlx::Any as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                let name = match self {
                    $(Self::$value => $name,)+
                };
                <&str as sqlx::Encode<sqlx::Any>>::encode_by_ref(&name, buffer)
            }
        }
    };
}

pub(crate) use stored_by_name;
